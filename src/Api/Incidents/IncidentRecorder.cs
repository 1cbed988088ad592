using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Incidents;

/// <summary>
/// Notes containment and recovery in timelines by itself: what was done to a tenant, in each of its incidents that are not closed; with <c>?incident=</c>, in that one alone, which may be one of the
/// platform's for operators, and refusals too. The audit trail has all of it in any case.
/// </summary>
internal sealed partial class IncidentRecorder(TenantGrains grains, ILogger<IncidentRecorder> logger)
{
    private static readonly Permission OfPlatform = Permission.Parse("platform-incidents:write");

    public async ValueTask<object?> RecordAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<GoesIntoIncidents>() is null)
        {
            return await next(context);
        }

        var exchange = ManagementExchange.Of(http)!;
        var named = default(Named);
        if (http.Request.Query.TryGetValue(IncidentRoute.Parameter, out var asked) && !(await FindAsync(asked, http, exchange)).Try(out named, out var refused))
        {
            return new ProblemResult(refused);
        }

        var result = await next(context);
        var problem = (result as ProblemResult)?.Problem;
        if (problem is null || named.Id is not null)
        {
            await NoteAsync(named, problem, exchange);
        }

        return result;
    }

    /// <summary>What was done is done: a timeline that cannot be written does not change the answer.</summary>
    private async ValueTask NoteAsync(Named named, Problem? problem, ManagementExchange exchange)
    {
        var entry = exchange.Entry;
        var outcome = problem is null ? "ok" : ProblemCatalogue.Row(problem.Code).Slug;
        var fact = new IncidentFact(entry.Id, TimelineKind.Action, entry.At, exchange.Caller.NameIn(named.Id is null ? entry.Tenant : named.Owner), entry.Action, entry.Target, outcome);
        try
        {
            await (named.Id is null
                ? grains.For(entry.Tenant).The<IIncidentIndexGrain>().RecordAsync(fact)
                : grains.For(named.Owner).Get<IIncidentGrain>(named.Id).RecordAsync(fact));
        }
        catch (Exception failure)
        {
            Log.NotNoted(logger, failure, entry.Action, entry.Correlation);
        }
    }

    private async ValueTask<Result<Named>> FindAsync(Microsoft.Extensions.Primitives.StringValues asked, HttpContext http, ManagementExchange exchange)
    {
        if (asked is not [{ } id] || !IncidentId.IsValid(id))
        {
            return Unknown();
        }

        var owners = new List<TenantId>();
        if (http.Request.RouteValues[TenantReach.Parameter] is string slug && TenantSlug.IsValid(slug) && (await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var tenant, out _))
        {
            owners.Add(tenant);
        }

        if (exchange.Caller.Tenant == TenantId.Platform && exchange.Permissions.AllowsAll(OfPlatform))
        {
            owners.Add(TenantId.Platform);
        }

        foreach (var owner in owners)
        {
            if ((await grains.For(owner).The<IIncidentIndexGrain>().FindAsync(id)).Try(out var incident, out _))
            {
                return incident.Status == IncidentStatus.Closed ? Problem.Conflict("The incident is closed; open it again first.") : new Named(owner, id);
            }
        }

        return Unknown();
    }

    private static Problem Unknown() => Problem.Invalid([new FieldError(IncidentRoute.Parameter, "There is no such incident here.")]);

    private readonly record struct Named(TenantId Owner, string? Id);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ActionNotNoted", Level = LogLevel.Error, Message = "{Action} could not be noted in the timelines of incidents; correlation {Correlation}.")]
        public static partial void NotNoted(ILogger logger, Exception failure, string action, string correlation);
    }
}
