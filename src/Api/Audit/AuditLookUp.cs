using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Audit;

/// <summary>Finds events by a value of which the trail has the HMAC only (AL-3). It has a permission of its own, because whoever has it can try values.</summary>
internal static class AuditLookUp
{
    public static void MapAuditLookUp(this IEndpointRouteBuilder v1) =>
        v1.MapPost("/tenants/{tenant}/audit-events:lookUp", LookUp).Needs("audit/look-up", "audit-values", "read").Validate<LookUpAuditValue>().WhileReadOnly()
            .Answers<AuditMatches>("Finds events by a value of which the trail has the HMAC only.");

    private static async Task<IResult> LookUp(string tenant, LookUpAuditValue command, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var refused))
        {
            return Answer.Refused(refused);
        }

        var hash = await grains.For(owner).Get<IAuditStreamGrain>(AuditEndpoints.Shard).HmacAsync(HashedValue.DigestOf(command.Value));
        if (!hash.Try(out var hmac, out refused))
        {
            // A trail that has no HMAC at all does not have this one.
            return refused.Code == ProblemCode.NotFound ? Found(null, new AuditFound([], null), null) : Answer.Refused(refused);
        }

        return await FindAsync(owner, command, hmac, grains);
    }

    private static async Task<IResult> FindAsync(TenantId owner, LookUpAuditValue command, string hmac, TenantGrains grains)
    {
        var filter = new AuditFilter { From = command.From, To = command.To, Hmac = hmac };
        var token = new AuditPageToken(owner, filter, oldestFirst: false);
        if (!Answer.Page(command.PageSize, command.PageToken, text => token.TryRead(text, out _)).Try(out var page, out var refused))
        {
            return Answer.Refused(refused);
        }

        var found = await grains.For(owner).Get<IAuditSearchGrain>(AuditEndpoints.Shard).FindAsync(new FindAuditEvents
        {
            Filter = filter,
            After = page.After is not null && token.TryRead(page.After, out var place) ? place : null,
            Count = page.Size,
        });
        return found.Try(out var events, out refused) ? Found(hmac, events, token) : Answer.Refused(refused);
    }

    private static IResult Found(string? hmac, AuditFound found, AuditPageToken? token) => Results.Ok(new AuditMatches(
        hmac,
        [.. found.Events.Select(view => new AuditListed(view.Sequence, view.Hash, AuditFiles.Record(view)))],
        found.Next is { } next && token is not null ? Answer.Token(token.Write(next)) : null));

    /// <summary>The events, and what the trail has in the value's place; null when it has nothing of it.</summary>
    private sealed record AuditMatches(string? Hmac, AuditListed[] Items, string? NextPageToken);
}
