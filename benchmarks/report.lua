-- Makes wrk say at its end, on one line of JSON, what the benchmark needs.
done = function(summary, latency, requests)
   local errors = summary.errors
   local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
   io.write(string.format('{"requests": %d, "microseconds": %d, "median": %d, "failed": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), failed))
end
