using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Alerts;

/// <summary>The past of what alert rules watch: series for charts, and when a rule would have fired.</summary>
internal static class MetricEndpoints
{
    private static readonly TimeSpan Default = TimeSpan.FromHours(24);

    public static void MapMetrics(this IEndpointRouteBuilder v1)
    {
        Map(v1, "/tenants/{tenant}", "", "alerts");
        foreach (var route in Map(v1, "/platform", "platform-", "platform-alerts"))
        {
            route.OfThePlatform();
        }
    }

    private static RouteHandlerBuilder[] Map(IEndpointRouteBuilder v1, string owner, string prefix, string area) =>
    [
        v1.MapGet($"{owner}/alert-metrics/{{metric}}", Read).Needs($"{prefix}alert-metrics/read", area, "read")
            .Answers<MetricSeriesView>("Reads what alert rules watch, as a series for a chart."),
        v1.MapPost($"{owner}/alert-rules:backTest", TestNew).Needs($"{prefix}alert-rules/back-test-new", area, "read").WhileReadOnly().Validate<BackTestNewRule>()
            .Answers<BackTestView>("Tells when a rule that is not written yet would have fired."),
        v1.MapPost($"{owner}/alert-rules/{{rule}}:backTest", TestKnown).Needs($"{prefix}alert-rules/back-test", area, "read").WhileReadOnly().Validate<BackTestPeriod>()
            .Answers<BackTestView>("Tells when an alert rule would have fired."),
    ];

    private static async Task<IResult> Read(RouteTenant owner, string metric, [AsParameters] MetricQuery query, TenantGrains grains, TimeProvider clock)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !query.Read(metric, tenant == TenantId.Platform, clock.GetUtcNow()).Try(out var wanted, out refused))
        {
            return Answer.Refused(refused);
        }

        var own = grains.For(tenant);
        return Answer.Ok(await own.The<IMetricHistoryGrain>().ReadAsync(wanted with { Recent = await own.The<IAlertRuleGrain>().RecentAsync() }));
    }

    private static async Task<IResult> TestNew(RouteTenant owner, BackTestNewRule command, TenantGrains grains, TimeProvider clock)
    {
        if (!owner.Id.Try(out var tenant, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        return command.Rule.Signal == AlertSignal.MemoryUsage && tenant != TenantId.Platform
            ? Answer.Refused(Problem.Invalid([new FieldError("rule.signal", "A tenant has no process of its own; only the platform's rules watch memory.")]))
            : Answer.Ok(await TestAsync(grains.For(tenant), "new", command.Rule, command.From, command.To, clock.GetUtcNow()));
    }

    private static async Task<IResult> TestKnown(RouteTenant owner, string rule, BackTestPeriod command, ManagementExchange exchange, TenantGrains grains, TimeProvider clock)
    {
        if (!AlertEndpoints.Named(owner, rule, exchange).Try(out var tenant, out var refused))
        {
            return Answer.Refused(refused);
        }

        var own = grains.For(tenant);
        return (await own.The<IAlertRuleGrain>().GetAsync(rule)).Try(out var known, out refused)
            ? Answer.Ok(await TestAsync(own, known.Name, known.ToPut() with { Enabled = true, Description = null }, command.From, command.To, clock.GetUtcNow()))
            : Answer.Refused(refused);
    }

    private static async Task<Result<BackTestView>> TestAsync(TenantGrains.Scoped own, string name, PutAlertRule rule, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now) =>
        await own.The<IMetricHistoryGrain>().BackTestAsync(new BackTestRule(name, rule, from ?? MetricQuery.Before(to ?? now, Default), to ?? now, await own.The<IAlertRuleGrain>().RecentAsync()));
}
