using System.Net;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.RateLimits;

namespace Platform.Api.Audit;

/// <summary>
/// Puts the outcome of one request on record before it is answered (AL-5): what cannot be recorded is not answered, and refusals of callers nobody knows are
/// bounded for each address, so that nobody fills the trail.
/// </summary>
internal sealed partial class OutcomeRecord(AuditTrail audit, RefusalLimiter refusals, ILogger<OutcomeRecord> logger)
{
    /// <summary>Records the outcome once. Answers what has to be said in place of it; null when it may be said as it is.</summary>
    /// <param name="entry">Failed or succeeded already; it is changed to what is said instead.</param>
    /// <param name="mode">For what was served: it may travel in a batch where the tenant chose so. Refusals are always awaited.</param>
    /// <param name="address">Of the connection.</param>
    public async ValueTask<Problem?> WriteAsync(AuditEntry entry, AuditMode mode, IPAddress? address)
    {
        if (entry.IsWritten)
        {
            return null;
        }

        Problem? instead = null;
        if (entry.Caller is null && !entry.Succeeded)
        {
            var verdict = refusals.Take(address, out var counted);
            if (verdict != RefusalVerdict.Record)
            {
                instead = Problem.RateLimited(TimeSpan.FromSeconds(1));
                entry.Fail(instead.Code);
                entry.Counted = counted;
            }

            if (verdict == RefusalVerdict.Count)
            {
                audit.Count(entry);
                return instead;
            }
        }

        try
        {
            await audit.WriteAsync(entry, entry.Succeeded ? mode : AuditMode.Durable);
            return instead;
        }
        catch (AuditUnavailableException failure)
        {
            Log.NotRecorded(logger, failure, entry.Correlation);
            instead = Unrecorded();
            entry.Fail(instead.Code);
            audit.Count(entry);
            return instead;
        }
    }

    public static Problem Unrecorded() => new(ProblemCode.Unavailable, "The request could not be recorded, so it is not answered.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "OutcomeNotRecorded", Level = LogLevel.Error, Message = "A request could not be audited and was refused; correlation {Correlation}.")]
        public static partial void NotRecorded(ILogger logger, Exception failure, string correlation);
    }
}
