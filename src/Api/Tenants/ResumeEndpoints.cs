using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;
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

        DateTimeOffset? since = null;
        if (exchange.Session is { } person)
        {
            if (!(await OperatorStanding.SinceAsync(grains, person.Principal)).Try(out var known, out refused))
            {
                return Answer.Refused(refused);
            }

            since = known;
        }

        bool? needsTwo = options.Value.ResumeNeedsTwo switch { SecondOperator.Never => false, SecondOperator.Auto => null, _ => true };
        var terms = new ResumeTerms(needsTwo, since, options.Value.ResumeRequestLife);
        if (!(await grains.For(found.Id).The<ITenantGrain>().ResumeAsync(terms, exchange.Caller)).Try(out var after, out refused))
        {
            return Answer.Refused(refused);
        }

        return after.Status == TenantStatus.Suspended ? Results.Accepted($"/v1/tenants/{tenant}", after) : Results.Ok(after);
    }

    private static async Task<IResult> Approve(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var refused))
        {
            return Answer.Refused(refused);
        }

        // A key may be one that the other operator made: two people are two sessions.
        if (exchange.Session is not { } person)
        {
            return Answer.Refused(new Problem(ProblemCode.PermissionDenied, "This takes two people: sign in and approve with your own session, not with a key."));
        }

        return (await OperatorStanding.SinceAsync(grains, person.Principal)).Try(out var since, out refused)
            ? Answer.Ok(await grains.For(found.Id).The<ITenantGrain>().ApproveResumeAsync(since, exchange.Caller))
            : Answer.Refused(refused);
    }
}
