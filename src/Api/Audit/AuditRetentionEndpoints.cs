using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Audit;

/// <summary>How long a trail is kept, and legal holds (AL-2).</summary>
internal static class AuditRetentionEndpoints
{
    public static void MapAuditRetention(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/audit-retention", Get).Needs("audit-retention/get", "audit", "read")
            .Answers<AuditRetentionView>("Shows how long a trail is kept, and its legal holds.").WithVersion();
        v1.MapPut("/tenants/{tenant}/audit-retention", Set).Needs("audit-retention/set", "audit-retention", "write").Validate<SetAuditRetention>()
            .Answers<AuditRetentionView>("Sets how long a trail is kept.").WithVersion().OnVersion();
        v1.MapPost("/tenants/{tenant}/audit-holds", Hold).Needs("audit-holds/place", "audit-holds", "write").Validate<PlaceAuditHold>().WhileReadOnly()
            .OrCreates<AuditHold>().WithSummary("Places a legal hold: nothing of the trail is pruned while it stands.");
        v1.MapPost("/tenants/{tenant}/audit-holds/{hold}:release", Release).Needs("audit-holds/release", "audit-holds", "release")
            .Answers<AuditHold>("Releases a legal hold.");
    }

    private static readonly Setting<AuditRetentionView> Days = new(view => view.Days.ToString(CultureInfo.InvariantCulture), view => new SetAuditRetention { Days = view.Days });

    private static async Task<IResult> Get(string tenant, ManagementExchange exchange, HttpContext http, TenantGrains grains) =>
        (await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var refused) ? Days.Told(http, await Of(owner, grains).GetAsync()) : Answer.Refused(refused);

    private static async Task<IResult> Set(string tenant, SetAuditRetention command, ManagementExchange exchange, HttpContext http, TenantGrains grains) =>
        (await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var refused)
            ? await Days.SetAsync(http, Of(owner, grains).GetAsync, now => Of(owner, grains).SetAsync(command, now.Days, exchange.Caller))
            : Answer.Refused(refused);

    private static Task<IResult> Hold(string tenant, PlaceAuditHold command, ManagementExchange exchange, TenantGrains grains) =>
        AskAsync(tenant, exchange, grains, retention => retention.HoldAsync(command, exchange.Caller), StatusCodes.Status201Created);

    private static Task<IResult> Release(string tenant, string hold, ManagementExchange exchange, TenantGrains grains) =>
        AskAsync(tenant, exchange, grains, retention => retention.ReleaseAsync(hold, exchange.Caller));

    private static async Task<IResult> AskAsync<T>(string tenant, ManagementExchange exchange, TenantGrains grains, Func<IAuditRetentionGrain, Task<Result<T>>> ask, int status = StatusCodes.Status200OK) =>
        !(await AuditEndpoints.TenantAsync(tenant, exchange, grains)).Try(out var owner, out var refused) ? Answer.Refused(refused)
        : !(await ask(Of(owner, grains))).Try(out var view, out refused) ? Answer.Refused(refused)
        : Results.Json(view, statusCode: status);

    private static IAuditRetentionGrain Of(TenantId trail, TenantGrains grains) => grains.Platform.Get<IAuditRetentionGrain>(trail.ToString());
}
