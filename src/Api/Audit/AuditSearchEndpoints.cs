using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Audit;

/// <summary>Lists, files and the live tail of a trail.</summary>
internal static class AuditSearchEndpoints
{
    /// <summary>Most events of a file: more come in the next.</summary>
    private const int MaxExport = 10_000;
    private const int ExportRound = 1_000;
    private const int Buckets = 30;
    private const string NewestFirst = "sequence desc";
    private const string OldestFirst = "sequence";

    public static void MapAuditSearch(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/audit-events", List).Needs("audit/list", "audit", "read")
            .AnswersPage<AuditListed>("Searches a trail.").OneOf("class", AuditQuery.Classes).OrderedBy(NewestFirst, OldestFirst);
        v1.MapGet("/tenants/{tenant}/audit-events:export", Export).Needs("audit/export", "audit", "read")
            .AnswersBytes("Searches a trail and answers a file; what did not fit begins at the header Next-Page-Token.", "application/jsonl", "text/csv").OneOf("class", AuditQuery.Classes).OrderedBy(NewestFirst, OldestFirst).OneOf("format", "jsonl", "csv");
        v1.MapGet("/tenants/{tenant}/audit-events:histogram", Histogram).Needs("audit/histogram", "audit", "read")
            .Answers<AuditHistogram>("Counts what a search finds, by stretches of time with round ends.").OneOf("class", AuditQuery.Classes);
        v1.MapGet("/tenants/{tenant}/audit-events:stream", Stream).Needs("audit/stream", "audit", "read")
            .AnswersEvents("Follows a trail: events ready, audit, gap and alive, whose ids are sequences.").OneOf("class", AuditQuery.Classes).Reads("Last-Event-ID", "Sequence of the last event that arrived: the stream goes on after it.");
    }

    private static async Task<IResult> List(string tenant, [AsParameters] AuditQuery query, string? orderBy, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await SearchAsync(tenant, query, orderBy, exchange, grains)).Try(out var search, out var refused)
            || !Answer.Page(pageSize, pageToken, text => search.Token.TryRead(text, out _)).Try(out var page, out refused)
            || !(await FindAsync(grains, search, page.After, page.Size)).Try(out var found, out refused))
        {
            return Answer.Refused(refused);
        }

        return Answer.Page<AuditListed>(
            [.. found.Events.Select(view => new AuditListed(view.Sequence, view.Hash, AuditFiles.Record(view)))],
            found.Next is { } next ? search.Token.Write(next) : null);
    }

    /// <summary>A search as a file. What did not fit is named by the header <c>Next-Page-Token</c>.</summary>
    private static async Task<IResult> Export(
        string tenant, [AsParameters] AuditQuery query, string? orderBy, string? format, int? count, string? pageToken, ManagementExchange exchange, TenantGrains grains, HttpContext http)
    {
        if (count is < 1 or > MaxExport)
        {
            return Answer.Refused(Problem.Invalid([new FieldError("count", $"Choose 1 to {MaxExport}.")]));
        }

        if (!(await SearchAsync(tenant, query, orderBy, exchange, grains)).Try(out var search, out var refused)
            || !Answer.Page(null, pageToken, text => search.Token.TryRead(text, out _)).Try(out var page, out refused))
        {
            return Answer.Refused(refused);
        }

        var wanted = count ?? ExportRound;
        var events = new List<AuditEventView>();
        var after = page.After;
        do
        {
            if (!(await FindAsync(grains, search, after, Math.Min(ExportRound, wanted - events.Count))).Try(out var found, out refused))
            {
                return Answer.Refused(refused);
            }

            events.AddRange(found.Events);
            after = found.Next is { } next ? search.Token.Write(next) : null;
        }
        while (after is not null && events.Count < wanted && !http.RequestAborted.IsCancellationRequested);

        if (after is not null)
        {
            http.Response.Headers["Next-Page-Token"] = Answer.Token(after);
        }

        var isCsv = format == "csv";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{tenant}.{(isCsv ? "csv" : "jsonl")}\"";
        return isCsv ? Results.Text(AuditFiles.Csv(events), "text/csv; charset=utf-8") : Results.Text(AuditFiles.JsonLines(events), "application/jsonl; charset=utf-8");
    }

    private static async Task<IResult> Histogram(string tenant, [AsParameters] AuditQuery query, int? buckets, ManagementExchange exchange, TenantGrains grains)
    {
        if (buckets is < CountAuditEvents.FewestBuckets or > CountAuditEvents.MostBuckets)
        {
            return Answer.Refused(Problem.Invalid([new FieldError("buckets", $"Choose {CountAuditEvents.FewestBuckets} to {CountAuditEvents.MostBuckets}.")]));
        }

        return !(await SearchAsync(tenant, query, null, exchange, grains)).Try(out var search, out var refused) ? Answer.Refused(refused)
            : (await grains.For(search.Owner).Get<IAuditSearchGrain>(AuditEndpoints.Shard).CountAsync(new CountAuditEvents { Filter = search.Filter, Buckets = buckets ?? Buckets })).Try(out var counted, out refused) ? Results.Ok(counted)
            : Answer.Refused(refused);
    }

    private static async Task<IResult> Stream(string tenant, [AsParameters] AuditQuery query, ManagementExchange exchange, TenantGrains grains, AuditTail tail, HttpContext http)
    {
        if (query is not { From: null, To: null, Correlation: null })
        {
            return Answer.Refused(Problem.InvalidParams("A stream tells what comes: it takes class, action, outcome, principal and hmac."));
        }

        return query.Read().Try(out var filter, out var refused) && (await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out refused)
            ? await tail.OpenAsync(http, owner, filter, exchange.Caller)
            : Answer.Refused(refused);
    }

    private static async ValueTask<Result<Search>> SearchAsync(string tenant, AuditQuery query, string? orderBy, ManagementExchange exchange, TenantGrains grains)
    {
        if (!query.Read().Try(out var filter, out var refused) || !(await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out refused))
        {
            return refused;
        }

        var oldestFirst = orderBy == OldestFirst;
        return new Search(owner, filter, oldestFirst, new AuditPageToken(owner, filter, oldestFirst));
    }

    private static Task<Result<AuditFound>> FindAsync(TenantGrains grains, Search search, string? after, int count) =>
        grains.For(search.Owner).Get<IAuditSearchGrain>(AuditEndpoints.Shard).FindAsync(new FindAuditEvents
        {
            Filter = search.Filter,
            OldestFirst = search.OldestFirst,
            After = after is not null && search.Token.TryRead(after, out var place) ? place : null,
            Count = count,
        });

    private sealed record Search(TenantId Owner, AuditFilter Filter, bool OldestFirst, AuditPageToken Token);
}
