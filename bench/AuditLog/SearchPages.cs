using System.Diagnostics;
using Platform.Abstractions.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;

namespace Platform.Bench.AuditLog;

/// <summary>Pages of 50 in the trail of the tenant that has half of all events, one at a time.</summary>
internal sealed class SearchPages(DataDirectory directory, BigTrail trail) : IDisposable
{
    private const int Times = 200;
    private const int PageSize = 50;

    private readonly SqliteAuditSearch _search = new(directory);

    public Task IndexAsync() => _search.KeepUpAsync(CancellationToken.None);

    public async IAsyncEnumerable<PageResult> RunAsync()
    {
        var middle = trail.From + ((trail.To - trail.From) / 2);
        yield return await MeasureAsync("newest", _ => new AuditFilter());
        yield return await MeasureAsync("oldest", _ => new AuditFilter(), oldestFirst: true);
        yield return await MeasureAsync("an hour in the middle", _ => new AuditFilter { From = middle, To = middle.AddHours(1) });
        yield return await MeasureAsync("one of 1000 principals", i => new AuditFilter { Principal = Events.PrincipalOf(i) });
        yield return await MeasureAsync("refused, 1 of 100", _ => new AuditFilter { Outcome = "rate-limited" });
        yield return await MeasureAsync("nothing fits", _ => new AuditFilter { Outcome = "unfinished" });
        yield return await MeasureAsync("100 pages deep, each page", _ => new AuditFilter(), isWalk: true);
    }

    public void Dispose() => _search.Dispose();

    private async Task<PageResult> MeasureAsync(string name, Func<int, AuditFilter> filter, bool oldestFirst = false, bool isWalk = false)
    {
        var waits = new List<double>();
        var (found, visited) = (0, 0);
        AuditPlace? after = null;
        for (var i = 0; i < Times; i++)
        {
            var query = new FindAuditEvents { Filter = filter(i), OldestFirst = oldestFirst, Count = PageSize, After = after };
            var began = Stopwatch.GetTimestamp();
            var page = await _search.FindAsync(trail.Tenant, "0", query, CancellationToken.None);
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            (found, visited) = (found + page.Rows.Count, visited + page.Visited);
            after = isWalk && i % 100 != 99 ? page.Next : null;
        }

        waits.Sort();
        return new PageResult(name, (double)found / Times, (double)visited / Times, Rate.At(waits, 0.5), Rate.At(waits, 0.99));
    }
}

/// <param name="Name">What was asked for.</param>
/// <param name="Found">Events on a page, on average.</param>
/// <param name="Visited">Events looked at for a page, on average.</param>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
internal sealed record PageResult(string Name, double Found, double Visited, double P50, double P99);
