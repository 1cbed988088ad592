using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication;

namespace Platform.Api.Mcp;

/// <summary>A request that passed authentication and the envelope.</summary>
/// <param name="Tenant">Whose endpoint it came to; the caller's own.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Message">What is asked.</param>
/// <param name="Era">How it was asked.</param>
/// <param name="Session">Of a legacy request; null for modern ones.</param>
/// <param name="Exchange">The way back.</param>
internal sealed record McpRequest(TenantView Tenant, AuthenticatedCaller Caller, McpMessage Message, McpEra Era, ILegacySession? Session, IMcpExchange Exchange)
{
    /// <summary>What the client declared that it can do.</summary>
    public ClientFeatures Features => Session is null ? Message.Features : Session.View.Features;

    /// <summary>Least severe log message it wants; a modern request that names none gets none.</summary>
    public McpLogLevel LogLevel => Session is null ? Message.LogLevel : Session.View.LogLevel;

    public bool May(string area, string action, string? target = null) => Caller.Permissions.Allows(area, action, target);
}

/// <summary>A permission a method needs on the canonical object.</summary>
/// <param name="Target">Null when some object of the area is enough, as for lists.</param>
internal readonly record struct Needed(string Area, string Action, string? Target)
{
    public string Scope => Target is null ? $"{Area}:{Action}" : $"{Area}:{Action}:{Target}";

    public bool IsHeldBy(AuthenticatedCaller caller) =>
        Target is null ? caller.Permissions.AllowsSome(Area, Action) : caller.Permissions.Allows(Area, Action, Target);
}
