using Platform.Abstractions.Audit;

namespace Platform.Silo.Audit.Sinks;

/// <summary>How much an event wants attention, by syslog's numbers.</summary>
internal enum SinkSeverity
{
    Error = 3,
    Warning = 4,
    Notice = 5,
    Info = 6,
}

internal static class SinkSeverities
{
    public static SinkSeverity Of(in AuditFacets facets) => facets switch
    {
        { Outcome: "internal" or "unavailable" or "unfinished" } => SinkSeverity.Error,
        { Class: "securityViolation" } => SinkSeverity.Warning,
        { Class: "authentication" or "authorization", Outcome: not ("ok" or "cancelled") } => SinkSeverity.Warning,
        { Class: "administration" } or { Outcome: not ("ok" or "cancelled") } => SinkSeverity.Notice,
        _ => SinkSeverity.Info,
    };
}
