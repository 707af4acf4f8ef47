-- Claims of one person after the other. Arguments: the first person's number, and after how many to begin again (0: never).
local first, persons, place

function init(arguments)
  first = tonumber(arguments[1])
  persons = tonumber(arguments[2])
  place = 0
end

function request()
  local number = first + place
  place = place + 1
  if persons > 0 and place == persons then
    place = 0
  end
  return string.format(
    "POST /api/v1/rounds/r1/claims HTTP/1.1\r\nHost: bench\r\nCookie: jinquan=%064x\r\nIdempotency-Key: b-%d\r\n"
      .. "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    number, number)
end
