-- One person after the other signs in for the first time. Argument: the first person's number.
local place
local weights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
local characters = "10X98765432"

function init(arguments)
  place = tonumber(arguments[1])
end

-- A valid resident identity number for each of sixteen million persons.
local function identity_number(number)
  local days, order = number % 16800, math.floor(number / 16800)
  local year, month, day = 1950 + days % 50, 1 + math.floor(days / 50) % 12, 1 + math.floor(days / 600)
  local head = string.format("140502%04d%02d%02d%03d", year, month, day, order % 1000)
  local sum = 0
  for index = 1, 17 do
    sum = sum + weights[index] * tonumber(head:sub(index, index))
  end
  local check = sum % 11 + 1
  return head .. characters:sub(check, check)
end

function request()
  place = place + 1
  local body = "name=%E7%8E%8B%E5%B0%8F&identity_number=" .. identity_number(place)
  return string.format(
    "POST /sign-in/demo HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      .. "Content-Length: %d\r\n\r\n%s",
    #body, body)
end
