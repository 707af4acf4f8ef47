-- What tills ask. Arguments: a file with a line for each request, a till's key, a code and a request key in it; the path;
-- the first line; after how many milliseconds a connection asks again.
local lines, path, place, pause = {}, nil, 0, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    lines[#lines + 1] = line
  end
  path = arguments[2]
  place = tonumber(arguments[3])
  pause = tonumber(arguments[4])
end

function delay()
  return pause
end

function request()
  place = place % #lines + 1
  local till, code, key = lines[place]:match("(%S+) (%S+) (%S+)")
  local body = string.format(
    '{"code":"%s","order_fen":5000,"merchant_coupon_fen":500,"scene":"in_store"}', code)
  return string.format(
    "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
      .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
    path, till, key, #body, body)
end
