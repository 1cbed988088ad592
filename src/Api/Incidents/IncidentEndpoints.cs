using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Incidents;

/// <summary>Incidents on record: a tenant's, and the platform's own, which are the operators' alone (IR-1). They go on while a tenant is read-only.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncidents(this IEndpointRouteBuilder v1)
    {
        Map(v1, "/tenants/{tenant}", "", "incidents");
        foreach (var route in Map(v1, "/platform", "platform-", "platform-incidents"))
        {
            route.OfThePlatform();
        }
    }

    private static RouteHandlerBuilder[] Map(IEndpointRouteBuilder v1, string owner, string prefix, string area)
    {
        var (all, one) = ($"{owner}/incidents", $"{owner}/incidents/{{{IncidentRoute.Parameter}}}");
        return
        [
            v1.MapGet(all, List).Needs($"{prefix}incidents/list", area, "read")
                .AnswersPage<IncidentSummary>("Lists incidents, newest first.").OrderedBy("openedAt desc").OneOf("status", "open", "detected", "analysing", "contained", "eradicated", "recovered", "closed").OneOf("severity", "low", "medium", "high", "critical"),
            v1.MapPost(all, Open).Needs($"{prefix}incidents/open", area, "write").WhileReadOnly().Validate<OpenIncident>()
                .Creates<IncidentView>("Opens an incident.").WithVersion(),
            v1.MapGet(one, Get).Needs($"{prefix}incidents/get", area, "read")
                .Answers<IncidentView>("Shows an incident.").WithVersion(),
            v1.MapPut(one, Edit).Needs($"{prefix}incidents/edit", area, "write").WhileReadOnly().Validate<EditIncident>()
                .Answers<IncidentView>("Edits what is known of an incident.").MayRefuse(ProblemCode.QuotaExceeded).WithVersion().OnVersion(),
            v1.MapPost($"{one}:advance", Advance).Needs($"{prefix}incidents/advance", area, "write").WhileReadOnly().Validate<AdvanceIncident>()
                .Answers<IncidentView>("Takes an incident to its next status.").WithVersion().OnVersionIfSaid(),
            v1.MapPost($"{one}:close", Close).Needs($"{prefix}incidents/close", area, "write").WhileReadOnly().Validate<CloseIncident>()
                .Answers<IncidentView>("Closes an incident, with its lessons.").WithVersion().OnVersionIfSaid(),
            v1.MapPost($"{one}:reopen", Reopen).Needs($"{prefix}incidents/reopen", area, "write").WhileReadOnly().Validate<ReopenIncident>()
                .Answers<IncidentView>("Opens a closed incident again.").MayRefuse(ProblemCode.QuotaExceeded).WithVersion().OnVersionIfSaid(),
            v1.MapPost($"{one}:contain", Contain).Needs($"{prefix}incidents/contain", area, "write").WhileReadOnly().Validate<ContainIncident>()
                .Answers<Containment>("Contains an incident by the chosen steps; each tells how it went.").MayRefuse(ProblemCode.QuotaExceeded).WithVersion(),
            v1.MapGet($"{one}/timeline", Timeline).Needs($"{prefix}incidents/timeline", area, "read")
                .AnswersPage<TimelineEntry>("Reads the timeline of an incident, oldest first.").OrderedBy("number"),
            v1.MapPost($"{one}/timeline", Note).Needs($"{prefix}incidents/note", area, "write").WhileReadOnly().Validate<AddTimelineNote>()
                .Answers<TimelineEntry>("Adds a note to the timeline of an incident.").MayRefuse(ProblemCode.QuotaExceeded),
        ];
    }

    private static async Task<IResult> List(RouteTenant owner, string? status, string? severity, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !Answer.Page(pageSize, pageToken, IncidentId.IsValid).Try(out var page, out refused))
        {
            return Answer.Refused(refused);
        }

        // Open is every status but closed.
        var filter = new IncidentFilter(status == "open" ? true : null, status == "open" ? null : QueryWord.Of<IncidentStatus>(status), QueryWord.Of<IncidentSeverity>(severity));
        return Answer.List(await grains.For(tenant).The<IIncidentIndexGrain>().PageAsync(filter, page.After, page.Size + 1), page.Size, incident => incident.Id);
    }

    private static async Task<IResult> Open(RouteTenant owner, OpenIncident command, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !(await grains.For(tenant).The<IIncidentIndexGrain>().OpenAsync(command, exchange.Caller)).Try(out var opened, out refused))
        {
            return Answer.Refused(refused);
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{opened.Id}";
        response.Headers.ETag = TagOf(opened);
        return Results.Created($"{owner.Path}/incidents/{opened.Id}", opened);
    }

    private static async Task<IResult> Get(IncidentRoute route, HttpResponse response, TenantGrains grains) =>
        route.Owner.Try(out var owner, out var unknown)
            ? Tagged(response, await grains.For(owner).Get<IIncidentGrain>(route.Id).GetAsync())
            : Answer.Refused(unknown);

    private static async Task<IResult> Edit(IncidentRoute route, EditIncident command, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains)
    {
        if (!route.Owner.Try(out var owner, out var refused) || !EntityCondition.Required(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(owner).Get<IIncidentGrain>(route.Id);
        return Expected(condition, await grain.GetAsync()).Try(out var version, out refused)
            ? Tagged(response, await grain.EditAsync(command, version, exchange.Caller))
            : Answer.Refused(refused);
    }

    private static Task<IResult> Advance(IncidentRoute route, AdvanceIncident command, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(route, request, response, grains, (grain, version) => grain.AdvanceAsync(command, version, exchange.Caller));

    private static Task<IResult> Close(IncidentRoute route, CloseIncident command, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(route, request, response, grains, (grain, version) => grain.CloseAsync(command, version, exchange.Caller));

    private static Task<IResult> Reopen(IncidentRoute route, ReopenIncident command, HttpRequest request, HttpResponse response, ManagementExchange exchange, TenantGrains grains) =>
        ChangeAsync(route, request, response, grains, (grain, version) => grain.ReopenAsync(command, version, exchange.Caller));

    private static async Task<IResult> Contain(IncidentRoute route, ContainIncident command, HttpResponse response, ManagementExchange exchange, ContainmentRunner runner, HttpContext http)
    {
        if (!route.Owner.Try(out var owner, out var refused) || !(await runner.RunAsync(owner, route.Id, command, exchange, http.RequestAborted)).Try(out var incident, out refused))
        {
            return Answer.Refused(refused);
        }

        response.Headers.ETag = TagOf(incident.Incident);
        return Results.Ok(incident);
    }

    private static async Task<IResult> Timeline(IncidentRoute route, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!route.Owner.Try(out var owner, out var refused) || !Answer.Page(pageSize, pageToken, IsNumber).Try(out var page, out refused))
        {
            return Answer.Refused(refused);
        }

        var after = page.After is null ? 0 : int.Parse(page.After, NumberStyles.None, CultureInfo.InvariantCulture);
        return Answer.List(await grains.For(owner).Get<IIncidentGrain>(route.Id).TimelineAsync(after, page.Size + 1), page.Size, entry => entry.Number.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<IResult> Note(IncidentRoute route, AddTimelineNote command, ManagementExchange exchange, TenantGrains grains) =>
        route.Owner.Try(out var owner, out var unknown)
            ? Answer.Ok(await grains.For(owner).Get<IIncidentGrain>(route.Id).NoteAsync(command, exchange.Caller))
            : Answer.Refused(unknown);

    private static async Task<IResult> ChangeAsync(IncidentRoute route, HttpRequest request, HttpResponse response, TenantGrains grains, Func<IIncidentGrain, long?, Task<Result<IncidentView>>> change)
    {
        if (!route.Owner.Try(out var owner, out var refused) || !EntityCondition.Of(request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var grain = grains.For(owner).Get<IIncidentGrain>(route.Id);
        if (condition.State == ExpectedState.Unsaid)
        {
            return Tagged(response, await change(grain, null));
        }

        return Expected(condition, await grain.GetAsync()).Try(out var version, out refused) ? Tagged(response, await change(grain, version)) : Answer.Refused(refused);
    }

    /// <summary>The version that is there, when the condition holds for it.</summary>
    private static Result<long> Expected(EntityCondition condition, Result<IncidentView> found) =>
        !found.Try(out var incident, out var unknown) ? unknown
        : condition.Check(incident.Version.ToString(CultureInfo.InvariantCulture)) is { } stale ? stale
        : incident.Version;

    private static IResult Tagged(HttpResponse response, Result<IncidentView> result)
    {
        if (!result.Try(out var incident, out var refused))
        {
            return Answer.Refused(refused);
        }

        response.Headers.ETag = TagOf(incident);
        return Results.Ok(incident);
    }

    private static string TagOf(IncidentView incident) => EntityCondition.Tag(incident.Version.ToString(CultureInfo.InvariantCulture));

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
