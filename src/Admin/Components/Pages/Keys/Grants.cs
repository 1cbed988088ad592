namespace Platform.Admin.Components.Pages.Keys;

/// <summary>What a grant means, in words. A grant without words is shown as it is.</summary>
internal static class Grants
{
    /// <param name="grants">Of a role.</param>
    /// <param name="ofPlatform">Whether it is the platform's own, and reaches beyond one tenant.</param>
    public static string Explain(IReadOnlyCollection<string> grants, bool ofPlatform = false) =>
        grants.Count == 0 ? "Grants nothing." : "Grants " + string.Join("; ", grants.Select(grant => One(grant, ofPlatform))) + ".";

    private static string One(string grant, bool ofPlatform) => grant switch
    {
        "*" when ofPlatform => "everything, in every tenant",
        "*" => "everything in this tenant",
        "tools:read" => "seeing the list of tools",
        "tools:call" => "calling every tool",
        "resources:read" => "reading every resource",
        _ when grant.StartsWith("resources:read:", StringComparison.Ordinal) => "reading resources under " + grant["resources:read:".Length..],
        _ when grant.StartsWith("tools:call:", StringComparison.Ordinal) => "calling the tool " + grant["tools:call:".Length..],
        _ => grant,
    };
}
