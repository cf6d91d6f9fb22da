-- wrk: clients that think half a second to one and a half before each request.
function delay()
  return math.random(500, 1500)
end
