using Microsoft.AspNetCore.Builder;

namespace Platform.Api.Management;

/// <summary>In which orders a list comes (AIP-132): a member of its items, with <c>desc</c> for the greatest first. The first is the one without <c>orderBy</c>.</summary>
internal sealed record ListOrder(string[] Words)
{
    public const string Parameter = "orderBy";
}

internal static class ListOrderExtensions
{
    /// <summary>The list comes in this order, or in one of these.</summary>
    public static RouteHandlerBuilder OrderedBy(this RouteHandlerBuilder route, params string[] words) => route.WithMetadata(new ListOrder(words));
}
