using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>What an operation is called in the audit trail and which permission it needs. An endpoint without one is refused.</summary>
/// <param name="Name">Such as <c>keys/issue</c>.</param>
/// <param name="Area">Null when anybody may ask; then the operation checks its own secret.</param>
/// <param name="Action">Of the permission.</param>
internal sealed record ManagementOperation(string Name, string? Area, string? Action)
{
    /// <summary>What it needs, read once for all requests; null when anybody may ask.</summary>
    public Permission? Permission { get; } = Area is null ? null : Permission.Parse($"{Area}:{Action}");
}

/// <summary>Who may ask at all, before permissions. Without it: the platform's callers, and a tenant's own on the routes that name the tenant.</summary>
internal sealed class ManagementAudience
{
    private ManagementAudience()
    {
    }

    /// <summary>The platform's callers only, though the route names a tenant.</summary>
    public static ManagementAudience Platform { get; } = new();

    /// <summary>Callers of every tenant, though the route names none: it is about themselves or the same for all.</summary>
    public static ManagementAudience Everybody { get; } = new();
}

/// <summary>
/// Which object a request is about, for routes that name one: the permission is asked for that object alone (AZ-2), so a grant of <c>area:action:pattern</c> is enough.
/// </summary>
/// <param name="Of">The object in the one form that permissions match; a refusal when the route value names none. Reads the route only, never the body.</param>
internal sealed record ManagementObject(Func<HttpContext, Result<string>> Of);

/// <summary>
/// A list of objects that a caller may hold the permission for one by one: it is asked for some object, whichever, and the handler shows those that it holds for (AZ-5).
/// </summary>
internal sealed class ManagementFiltered
{
    private ManagementFiltered()
    {
    }

    public static ManagementFiltered Instance { get; } = new();
}

/// <summary>What goes on while a tenant is read-only although it is no GET: it reads, or takes something away from an attacker.</summary>
internal sealed class WhileReadOnly;

/// <summary>Contains or recovers something: timelines of incidents tell it by themselves.</summary>
internal sealed class GoesIntoIncidents;

internal static class ManagementOperationExtensions
{
    /// <summary>Goes on while the tenant is read-only: see <see cref="ManagementGate"/>.</summary>
    public static RouteHandlerBuilder WhileReadOnly(this RouteHandlerBuilder builder) => builder.WithMetadata(new WhileReadOnly());

    /// <summary>Timelines of incidents tell it.</summary>
    public static RouteHandlerBuilder InIncidents(this RouteHandlerBuilder builder) => builder.WithMetadata(new GoesIntoIncidents());

    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder builder, string operation, string area, string action) =>
        builder.WithMetadata(new ManagementOperation(operation, area, action)).WithName(operation);

    /// <summary>The permission is needed for this object alone.</summary>
    public static RouteHandlerBuilder On(this RouteHandlerBuilder builder, Func<HttpContext, Result<string>> target) => builder.WithMetadata(new ManagementObject(target));

    /// <summary>The permission is needed for some object; the handler leaves out those that it does not cover.</summary>
    public static RouteHandlerBuilder OnSome(this RouteHandlerBuilder builder) => builder.WithMetadata(ManagementFiltered.Instance);

    /// <summary>One of the few operations that are open: they check a secret themselves and are throttled by address.</summary>
    public static RouteHandlerBuilder IsAnonymous(this RouteHandlerBuilder builder, string operation) =>
        builder.WithMetadata(new ManagementOperation(operation, null, null)).WithName(operation);

    /// <summary>For operators alone: a tenant's own credential may not, whatever its roles.</summary>
    public static RouteHandlerBuilder ForPlatform(this RouteHandlerBuilder builder) => builder.WithMetadata(ManagementAudience.Platform);

    /// <summary>Names no tenant and is open to tenants' credentials: it speaks of the caller alone, or tells all the same.</summary>
    public static RouteHandlerBuilder ForEverybody(this RouteHandlerBuilder builder) => builder.WithMetadata(ManagementAudience.Everybody);

    /// <summary>Validates the body of this type before the handler sees it; errors carry JSON names.</summary>
    public static RouteHandlerBuilder Validate<T>(this RouteHandlerBuilder builder) => builder.AddEndpointFilter(async (context, next) =>
    {
        if (context.Arguments.OfType<T>().FirstOrDefault() is not { } body)
        {
            return new ProblemResult(BodyRefusal.NoObject());
        }

        return await BodyRefusal.OfRulesAsync(body, context.HttpContext) is { } unfit ? new ProblemResult(unfit) : await next(context);
    });
}
