using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Configurations;

/// <summary>A tenant's configuration as one document: read, compared, applied.</summary>
internal static class ConfigurationEndpoints
{
    private const string Path = "/tenants/{tenant}/config";

    public static void MapConfigurations(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Path, Get).Needs("configuration/get", "configuration", "read")
            .Answers<TenantConfiguration>("Exports the configuration of a tenant, as far as the caller may read it; nothing secret.").WithVersion();
        v1.MapPut(Path, Put).Needs("configuration/apply", "configuration", "write").Validate<TenantConfiguration>().WithMetadata(new JsonBody(typeof(TenantConfiguration), IsOptional: false))
            .Answers<AppliedConfiguration>("Makes a tenant what a document says, or tells what that would change. What is known beforehand to be refused refuses all of it. Answers 200 also when some changes failed: see failed.").WithVersion().OnVersion().TakesDryRun()
            .MayRefuse(ProblemCode.QuotaExceeded);
    }

    private static async Task<IResult> Get(RouteTenant owner, HttpResponse response, ManagementExchange exchange, ConfigurationReader reader)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var snapshot = await reader.ReadAsync(tenant, exchange.Permissions);
        response.Headers.ETag = EntityCondition.Tag(snapshot.Version());
        return Results.Json(snapshot.Document(), ConfigurationJson.Writing);
    }

    private static async Task<IResult> Put(
        RouteTenant owner,
        TenantConfiguration document,
        DryRun? dryRun,
        bool? prune,
        HttpContext http,
        ManagementExchange exchange,
        ConfigurationReader reader,
        ConfigurationPlanner planner,
        ConfigurationRun run,
        ManagementGate gate)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !EntityCondition.Required(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var author = exchange.Authority;
        var isDry = dryRun is { IsAsked: true };
        var target = exchange.Entry.Target!;
        exchange.Entry.Target = isDry ? $"{target}/dryRun" : target;
        var now = await reader.ReadAsync(tenant, exchange.Permissions);
        if ((refused = condition.Check(now.Version())) is not null
            || !(await planner.PlanAsync(new ConfigurationRequest(tenant, author, now, document, prune == true), exchange)).Try(out var planned, out refused)
            || (refused = await StandingAsync()) is not null)
        {
            return Answer.Refused(refused);
        }

        List<ConfigurationChange> changes = new(planned.Count);
        foreach (var change in planned)
        {
            // Whoever went away has what was made until then, and repeats the rest; so has who may no longer make it.
            http.RequestAborted.ThrowIfCancellationRequested();
            refused ??= await StandingAsync();
            changes.Add(isDry ? change.Told(ConfigurationOutcome.Planned)
                : refused is null ? await run.ApplyAsync(change, target, exchange)
                : await run.RefuseAsync(change, target, exchange, refused));
        }

        var then = isDry ? now : await reader.ReadAsync(tenant, exchange.Permissions);
        http.Response.Headers.ETag = EntityCondition.Tag(then.Version());
        return Results.Json(AppliedConfiguration.Of(isDry, changes), ConfigurationJson.Writing);

        // The changes are made with what the caller held when they were planned: it must be there still.
        async ValueTask<Problem?> StandingAsync()
        {
            var judged = exchange.Judged;
            return await gate.JudgeAsync(http, exchange, ApiOptions.Moment) is { } ended ? ended
                : exchange.Judged == judged || exchange.Permissions.Covers(author.Allow, author.Deny) ? null
                : Problem.Conflict("You may do less than when this was begun. Apply the document again.");
        }
    }
}
