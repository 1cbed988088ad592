using System.Text.Json.Serialization;

namespace Platform.Abstractions.Alerts;

/// <summary>What a rule watches. The first three names are the guide's (AL-6).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertSignal>))]
public enum AlertSignal
{
    /// <summary>Requests refused because nobody could be authenticated, in the window.</summary>
    [JsonStringEnumMemberName("auth_failures_per_minute")] AuthFailures = 0,

    /// <summary>Requests refused by a rate limit, in the window.</summary>
    [JsonStringEnumMemberName("rate_limit_violations_per_minute")] RateLimitViolations = 1,

    /// <summary>Of the requests that were admitted in the window, the share that failed by a fault of the platform or of what is behind it.</summary>
    [JsonStringEnumMemberName("error_rate_percentage")] ErrorRate = 2,

    /// <summary>95 of 100 admitted requests of the window took at most so long.</summary>
    [JsonStringEnumMemberName("latency_p95_milliseconds")] LatencyP95 = 3,

    /// <summary>95 of 100 bodies of the window were at most so large.</summary>
    [JsonStringEnumMemberName("request_size_p95_bytes")] RequestSizeP95 = 4,

    /// <summary>The most memory that one process used in the window, of what it may use. The platform's alone.</summary>
    [JsonStringEnumMemberName("memory_usage_percentage")] MemoryUsage = 5,
}
