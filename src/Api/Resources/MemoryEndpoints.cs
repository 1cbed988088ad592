using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Resources;

/// <summary>A tenant's memory resources (RS-3): values as they are, under their media types. The object of the permission is <c>memory/{key}</c>.</summary>
internal static class MemoryEndpoints
{
    private const string Route = "/tenants/{tenant}/resources/memory";
    private const string One = Route + "/{key}";

    public static void MapMemory(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Route, List).Needs("memory/list", "resources", "read").OnSome()
            .AnswersPage<MemoryEntry>("Lists the memory resources that the caller may read, by key.").OrderedBy("key");
        v1.MapGet($"{Route}:usage", Usage).Needs("memory/usage", "resources", "read").OnSome()
            .Answers<MemoryUsage>("Shows how much of the quota of memory is used.");
        v1.MapMethods(One, [HttpMethods.Get, HttpMethods.Head], Read).Needs("memory/get", "resources", "read").On(MemoryRoute.Target)
            .AnswersBytes("Reads a memory resource.").OrNotModified();
        v1.MapPut(One, Put).Needs("memory/put", "resources", "write").On(MemoryRoute.Target)
            .Answers<MemoryEntry>("Writes a memory resource.").OrCreates<MemoryEntry>().WithVersion().OnVersionIfSaid().TakesBytes().MayRefuse(ProblemCode.QuotaExceeded);
        v1.MapDelete(One, Delete).Needs("memory/delete", "resources", "write").On(MemoryRoute.Target)
            .AnswersNothing("Deletes a memory resource.").OnVersionIfSaid();
        v1.MapPost($"{One}:extend", Extend).Needs("memory/extend", "resources", "write").On(MemoryRoute.Target).Validate<ExtendMemory>()
            .Answers<MemoryEntry>("Lets a memory resource live longer.").WithVersion().OnVersionIfSaid();
        v1.MapPost($"{One}:expire", Delete).Needs("memory/expire", "resources", "write").On(MemoryRoute.Target)
            .AnswersNothing("Lets a memory resource expire now.").OnVersionIfSaid();
    }

    private static async Task<IResult> List(RouteTenant owner, string? prefix, int? pageSize, string? pageToken, HttpContext http, ManagementExchange exchange, MemoryListing memory)
    {
        if (prefix is { Length: > 0 } && !MemoryKey.IsValid(prefix))
        {
            return Answer.Refused(Problem.Invalid([new FieldError("prefix", MemoryKey.Rule)]));
        }

        if (!Answer.Page(pageSize, pageToken, key => MemoryKey.IsValid(key)).Try(out var page, out var refused) || !owner.Id.Try(out var tenant, out refused))
        {
            return Answer.Refused(refused);
        }

        var (entries, next) = await memory.PageAsync(tenant, exchange.Permissions, prefix ?? "", page.After, page.Size, http.RequestAborted);
        return Answer.Page(entries, next);
    }

    private static async Task<IResult> Usage(RouteTenant owner, ManagementExchange exchange, TenantGrains grains)
    {
        // The sums speak of every key, also of those that may not be read.
        var refused = MemoryListing.MayReadAll(exchange.Permissions) ? null : Problem.PermissionDenied("resources:read:memory/*");
        return refused is null && owner.Id.Try(out var tenant, out refused)
            ? Results.Ok(await grains.For(tenant).The<IResourceIndexGrain>().UsageAsync())
            : Answer.Refused(refused);
    }

    private static async Task<IResult> Read(RouteTenant owner, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!TryFind(owner, http, exchange, grains, out var resource, out var refused) || !(await resource.GetAsync()).Try(out var content, out refused))
        {
            return Answer.Refused(refused);
        }

        var entry = content.Entry;

        // RFC 8594: when it stops answering. As a download, and in no origin: a browser that is shown one does not run what is in it.
        http.Response.Headers["Sunset"] = HeaderUtilities.FormatDate(entry.ExpiresAt);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        var type = entry.MimeType.StartsWith("text/", StringComparison.Ordinal) ? entry.MimeType + "; charset=utf-8" : entry.MimeType;
        return Results.Bytes(content.Bytes ?? Encoding.UTF8.GetBytes(content.Text), type, entry.Key, entityTag: new EntityTagHeaderValue(Tag(entry)));
    }

    private static async Task<IResult> Put(RouteTenant owner, int? ttlSeconds, double? priority, HttpContext http, ManagementExchange exchange, TenantGrains grains, LateBodies bodies)
    {
        if (!TryFind(owner, http, exchange, grains, out var resource, out var refused)
            || !EntityCondition.Of(http.Request).Try(out var condition, out refused)
            || !(await bodies.ReadAsync(http, exchange, () => MemoryBody.ReadAsync(http.Request, ttlSeconds, priority))).Try(out var command, out refused)
            || !(await ExpectAsync(condition, resource)).Try(out var expected, out refused)
            || !(await resource.SetAsync(command with { ExpectedVersion = expected }, exchange.Caller)).Try(out var entry, out refused))
        {
            return Answer.Refused(refused);
        }

        http.Response.Headers.ETag = Tag(entry);
        return entry.IsNew ? Results.Created($"{owner.Path}/resources/memory/{entry.Key}", entry) : Results.Ok(entry);
    }

    private static async Task<IResult> Extend(RouteTenant owner, ExtendMemory command, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!TryFind(owner, http, exchange, grains, out var resource, out var refused)
            || !EntityCondition.Of(http.Request).Try(out var condition, out refused)
            || !(await ExpectAsync(condition, resource)).Try(out var expected, out refused)
            || !(await resource.ExtendAsync(command, expected, exchange.Caller)).Try(out var entry, out refused))
        {
            return Answer.Refused(refused);
        }

        http.Response.Headers.ETag = Tag(entry);
        return Results.Ok(entry);
    }

    private static async Task<IResult> Delete(RouteTenant owner, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!TryFind(owner, http, exchange, grains, out var resource, out var refused)
            || !EntityCondition.Of(http.Request).Try(out var condition, out refused)
            || !(await ExpectAsync(condition, resource)).Try(out var expected, out refused)
            || !(await resource.DeleteAsync(expected, exchange.Caller)).Try(out var deleted, out refused))
        {
            return Answer.Refused(refused);
        }

        return deleted ? Results.NoContent() : Answer.Refused(Problem.ResourceNotFound());
    }

    private static bool TryFind(
        RouteTenant owner, HttpContext http, ManagementExchange exchange, TenantGrains grains, [NotNullWhen(true)] out IMemoryResourceGrain? resource, [NotNullWhen(false)] out Problem? refused)
    {
        resource = null;
        if (!owner.Id.Try(out var tenant, out refused) || !MemoryRoute.KeyOf(http).Try(out var key, out refused))
        {
            return false;
        }

        (exchange.Entry.Class, exchange.Entry.Target) = (AuditClass.ResourceAccess, $"{exchange.Entry.Target}/{MemoryKey.Target(key)}");
        resource = grains.For(tenant).Get<IMemoryResourceGrain>(key);
        return true;
    }

    /// <summary>The version that the grain must find for the condition to hold still: 0 is none, null is any.</summary>
    private static async ValueTask<Result<long?>> ExpectAsync(EntityCondition condition, IMemoryResourceGrain resource)
    {
        switch (condition.State)
        {
            case ExpectedState.Unsaid:
                return (long?)null;
            case ExpectedState.Absent:
                return 0;
            default:
                var current = await resource.DescribeAsync();
                return condition.Check(current is null ? null : Version(current)) is { } fails ? fails : current!.Version;
        }
    }

    private static string Tag(MemoryEntry entry) => EntityCondition.Tag(Version(entry));

    private static string Version(MemoryEntry entry) => entry.Version.ToString(CultureInfo.InvariantCulture);
}
