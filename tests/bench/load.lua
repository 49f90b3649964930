-- load - what wrk sends, and whether the answers are right.
--
--   wrk ... -s load.lua URL -- targets FILE SERIAL THREADS [WANTED]
--   wrk ... -s load.lua URL -- bodies FILE SERIAL THREADS [WANTED]
--
-- targets: GET, one target of the file after the other; each of the THREADS has
-- lines of its own, so that what is asked at once is not of one client.  bodies: PUT /customer;
-- the first line of the file is its Content-Type, the rest the body, in which 14
-- @ become a number that no other request has.  SERIAL: of the run, five digits.
-- WANTED: text that every answer must hold.  Ends with one line:
--   RESULT requests microseconds faults p50 p99     (of latency, microseconds)

local threads = {}
local mode, serial, wanted, lines, before, after
local at = 0
local PLACE = string.rep("@", 14)
wrong = 0

wrk.headers["X-Api-Key"] = os.getenv("SECRET_CALLBACK_API_AUTH_SECRET")
wrk.headers["Accept-Encoding"] = "gzip"
wrk.headers["User-Agent"] = "okhttp/4.12.0"
wrk.headers["Connection"] = "Keep-Alive"

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

local function read_targets(file, threads)
    local all = {}
    for line in file:lines() do
        all[#all + 1] = wrk.format("GET", line)
    end
    lines = {}
    for i = 1, #all do
        if i % threads == number % threads or #all < threads then
            lines[#lines + 1] = all[i]
        end
    end
end

local function read_body(file)
    wrk.headers["Content-Type"] = file:read("*l")
    local whole = wrk.format("PUT", "/customer", nil, file:read("*a"))
    local first, last = whole:find(PLACE, 1, true)
    before, after = whole:sub(1, first - 1), whole:sub(last + 1)
end

local function memo()
    at = at + 1
    return string.format("%05d%01d%08d", serial, number, at)
end

function init(args)
    mode, serial, wanted = args[1], tonumber(args[3]), args[5]
    local file = assert(io.open(args[2], "rb"))
    if mode == "targets" then
        wrk.headers["Content-Type"] = "application/json"
        read_targets(file, tonumber(args[4]))
    else
        read_body(file)
    end
    file:close()
    if wanted then
        response = function(status, headers, body)
            if status ~= 200 or not body:find(wanted, 1, true) then
                wrong = wrong + 1
            end
        end
    end
end

function request()
    if mode == "targets" then
        at = at + 1
        return lines[at % #lines + 1]
    end
    return before .. memo() .. after
end

function done(summary, latency)
    local e = summary.errors
    local faults = e.connect + e.read + e.write + e.status + e.timeout
    local bad = 0
    for _, thread in ipairs(threads) do
        bad = bad + thread:get("wrong")
    end
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        math.max(faults, bad), latency:percentile(50), latency:percentile(99)))
end
