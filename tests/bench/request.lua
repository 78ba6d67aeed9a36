-- What wrk sends, from the environment: METHOD, BODY or BODY_FILE (a file with the body), PATH_PATTERN, IDS (a file
-- with one id a line), RUN.
-- `{n}` in the body is different in each request; `{id}` in the path is a random one of the ids.
local method = os.getenv("METHOD") or "GET"
local body = os.getenv("BODY")
if os.getenv("BODY_FILE") then body = io.open(os.getenv("BODY_FILE"), "rb"):read("*a") end
local path = os.getenv("PATH_PATTERN")
local run = os.getenv("RUN") or "0"
local ids = {}
if os.getenv("IDS") then
    for id in io.lines(os.getenv("IDS")) do ids[#ids + 1] = id end
end
wrk.method = method
if body then wrk.headers["content-type"] = "application/json" end

-- The parts around a mark, so that each request only joins texts.
local function parts(text, mark)
    local from, to = text:find(mark, 1, true)
    if not from then return text, nil end
    return text:sub(1, from - 1), text:sub(to + 1)
end

local number = 0
math.randomseed(tonumber(run:sub(-8), 16) or 1)
if #ids > 0 then
    local before, after = parts(path, "{id}")
    request = function()
        return wrk.format(method, before .. ids[math.random(#ids)] .. after)
    end
elseif body and body:find("{n}", 1, true) then
    request = function()
        number = number + 1
        return wrk.format(method, path, nil, (body:gsub("{n}", run .. "-" .. number)))
    end
elseif body then
    wrk.path, wrk.body = path, body
end
