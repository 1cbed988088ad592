using System.Reflection;
using Microsoft.AspNetCore.Components;

namespace Platform.Admin.Access;

/// <summary>What the pages of this console need, by address.</summary>
internal static class PageNeeds
{
    private static readonly string[] TheirsToo = ["alerts", "incidents", "login-policy", "principals", "roles", "secrets", "sessions", "webhooks"];

    /// <summary>By number of segments; of pages that fit the same address, the one with more words of its own first.</summary>
    private static readonly ILookup<int, Page> Pages = typeof(PageNeeds).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(NeedsAttribute), inherit: false))
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>(inherit: false), (type, route) => new Page(Segments(route.Template), type.GetCustomAttribute<NeedsAttribute>(inherit: false)!))
        .OrderBy(page => page.Segments.Count(IsParameter))
        .ToLookup(page => page.Segments.Length);

    /// <summary>Null for an address that needs nothing or is none of a page.</summary>
    /// <param name="address">A path, with or without a query.</param>
    public static NeedsAttribute? Of(string address)
    {
        var segments = Segments(address);
        return Pages[segments.Length].FirstOrDefault(page => page.Fits(segments))?.Needs;
    }

    /// <summary>True below a tenant's address.</summary>
    public static bool IsOfTenant(string address) => Segments(address.ToLowerInvariant()) is ["tenants", not "new"] or ["tenants", _, _, ..];

    /// <summary>The permission as it is called at this address.</summary>
    public static string At(string permission, string address) =>
        IsOfTenant(address) ? permission
        : permission.StartsWith("keys:", StringComparison.Ordinal) ? "management-" + permission
        : TheirsToo.Contains(permission.Split(':')[0], StringComparer.Ordinal) ? "platform-" + permission
        : permission;

    private static string[] Segments(string address) => address.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsParameter(string segment) => segment[0] == '{';

    private sealed record Page(string[] Segments, NeedsAttribute Needs)
    {
        public bool Fits(string[] address) => Segments.Zip(address).All(pair => IsParameter(pair.First) || string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
