using System.Text;
using Orleans.Concurrency;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Audit;

/// <summary>Holds nothing: many may ask at once, and none of them waits for an append.</summary>
[GrainType("audit-search"), StatelessWorker]
internal sealed class AuditSearchGrain(IAuditSearch search, IAuditLog log, TimeProvider clock) : Grain, IAuditSearchGrain
{
    private const int MaxPage = 1_000;

    /// <summary>Rows read at once, and how often for one answer: who filters a busy chain gets a cursor now and then, and this grain stays free.</summary>
    private const int Round = 500;
    private const int Rounds = 4;

    public async Task<Result<AuditFound>> FindAsync(FindAuditEvents command)
    {
        var query = command with { Count = Math.Clamp(command.Count, 1, MaxPage) };
        var found = await search.FindAsync(GrainContext.TenantOf(), GrainContext.RestOf(), query, CancellationToken.None);
        return found.IsIndexed
            ? new AuditFound([.. found.Rows.Select(View)], found.Next)
            : Behind();
    }

    public async Task<Result<AuditHistogram>> CountAsync(CountAuditEvents command)
    {
        // Up to the end of this second, so that what just happened counts.
        var now = clock.GetUtcNow();
        var end = command.Filter.To ?? now.AddTicks(TimeSpan.TicksPerSecond - (now.UtcTicks % TimeSpan.TicksPerSecond));
        var to = command.Filter.From > end ? command.Filter.From.Value : end;
        var most = Math.Clamp(command.Buckets, CountAuditEvents.FewestBuckets, CountAuditEvents.MostBuckets);
        var counts = await search.CountAsync(GrainContext.TenantOf(), GrainContext.RestOf(), command.Filter with { To = to }, to, most, CancellationToken.None);
        return counts is null ? Behind() : counts.View();
    }

    public async Task<AuditFollowed> FollowAsync(AuditFilter filter, long after, int count)
    {
        var wanted = Math.Clamp(count, 1, MaxPage);
        var events = new List<AuditEventView>();
        var last = Math.Max(0, after);
        var first = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var rows = await log.ReadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), last + 1, Round, CancellationToken.None);
            foreach (var row in rows)
            {
                last = row.Sequence;
                first = first == 0 ? last : first;
                if (filter.Fits(row.EventId, row.At, row.Record))
                {
                    events.Add(View(row));
                    if (events.Count == wanted)
                    {
                        return new AuditFollowed([.. events], first, last);
                    }
                }
            }

            if (rows.Count < Round)
            {
                break;
            }
        }

        return new AuditFollowed([.. events], first, last);
    }

    public async Task<long> HeadAsync() => (await log.HeadAsync(GrainContext.TenantOf(), GrainContext.RestOf(), CancellationToken.None)).Sequence;

    private static Problem Behind() => new(ProblemCode.Unavailable, "The search index of this trail is being built. Ask again in a moment.") { RetryAfter = TimeSpan.FromSeconds(2) };

    private static AuditEventView View(AuditRow row) => new()
    {
        Sequence = row.Sequence,
        Hash = Convert.ToHexStringLower(row.Hash),
        Record = Encoding.UTF8.GetString(row.Record),
    };
}
