using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Platform.Api.Management;

/// <summary>What <c>?dryRun=</c> says. The gate and the handler read it by this one way, of the same text: what is neither true nor false, twice included, is a dry run for neither.</summary>
internal readonly record struct DryRun(bool IsAsked)
{
    private const string Parameter = "dryRun";

    /// <summary>Minimal APIs bind it as a parameter of the query.</summary>
    public static bool TryParse(string? text, out DryRun said)
    {
        var isRead = bool.TryParse(text, out var isAsked);
        said = new DryRun(isAsked);
        return isRead;
    }

    /// <summary>True where the route takes a dry run and the request asks for one.</summary>
    public static bool IsAskedBy(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<TakesDryRun>() is not null && TryParse(http.Request.Query[Parameter], out var said) && said.IsAsked;
}

/// <summary>With <see cref="DryRun"/> it changes nothing, and so it goes on while a tenant is read-only.</summary>
internal sealed class TakesDryRun;

internal static class DryRunExtensions
{
    /// <summary>The handler has a parameter <c>dryRun</c>, and changes nothing when that is asked for.</summary>
    public static RouteHandlerBuilder TakesDryRun(this RouteHandlerBuilder route) => route.WithMetadata(new TakesDryRun());
}
