using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Tenants;

/// <summary>Serves a suspended tenant again: at once where one operator is enough, else when a second person has approved it (IR-4).</summary>
internal static class ResumeEndpoints
{
    public static void MapResume(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/tenants/{tenant}:resume", Resume).Needs("tenants/resume", "tenants", "write").InIncidents().ForPlatform().WhileReadOnly()
            .Answers<TenantView>("Serves a suspended tenant again; where it takes two people, asks for the second.").OrStarts<TenantView>();
        v1.MapPost("/tenants/{tenant}:approveResume", Approve).Needs("tenants/approve-resume", "tenants", "write").InIncidents().ForPlatform().WhileReadOnly()
            .Answers<TenantView>("Approves, as the second person, that a suspended tenant is served again.");
    }

    private static async Task<IResult> Resume(string tenant, ManagementExchange exchange, TenantGrains grains, IOptions<ApiOptions> options)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused))
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(found.Id).The<ITenantGrain>();
        if (!await NeedsTwoAsync(grains, options.Value))
        {
            return Answer.Ok(await grain.ResumeAsync(exchange.Caller));
        }

        if (PersonOf(exchange) is null)
        {
            return Answer.Refused(PeopleOnly());
        }

        return (await grain.RequestResumeAsync(options.Value.ResumeRequestLife, exchange.Caller)).Try(out var asked, out refused)
            ? Results.Accepted($"/v1/tenants/{tenant}", asked)
            : Answer.Refused(refused);
    }

    private static async Task<IResult> Approve(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused))
        {
            return Answer.Refused(refused);
        }

        if (PersonOf(exchange) is not { } person)
        {
            return Answer.Refused(PeopleOnly());
        }

        return (await grains.Platform.Get<IPrincipalGrain>(person.Principal).GetAsync()).Try(out var approver, out refused)
            ? Answer.Ok(await grains.For(found.Id).The<ITenantGrain>().ApproveResumeAsync(approver.CreatedAt, exchange.Caller))
            : Answer.Refused(refused);
    }

    /// <summary>A key may be one that the other operator made: two people are two sessions.</summary>
    private static ConsoleSessionView? PersonOf(ManagementExchange exchange) => exchange.Session;

    private static Problem PeopleOnly() => new(ProblemCode.PermissionDenied, "This takes two people: sign in and ask with your own session, not with a key.");

    private static async ValueTask<bool> NeedsTwoAsync(TenantGrains grains, ApiOptions options) => options.ResumeNeedsTwo switch
    {
        SecondOperator.Never => false,
        SecondOperator.Auto => string.Equals(options.Environment, "live", StringComparison.Ordinal)
            && (await grains.Platform.The<IPrincipalIndexGrain>().PageAsync(PrincipalKind.User, null, 201)).Count(user => !user.Blocked) > 1,
        _ => true,
    };
}
