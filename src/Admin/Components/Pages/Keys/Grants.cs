namespace Platform.Admin.Components.Pages.Keys;

/// <summary>What a grant means, in words. A grant without words is shown as it is.</summary>
internal static class Grants
{
    public static string Explain(IReadOnlyCollection<string> grants) =>
        grants.Count == 0 ? "Grants nothing." : "Grants " + string.Join("; ", grants.Select(One)) + ".";

    private static string One(string grant) => grant switch
    {
        "*" => "everything in this tenant",
        "tools:read" => "seeing the list of tools",
        "tools:call" => "calling every tool",
        "resources:read" => "reading every resource",
        _ when grant.StartsWith("resources:read:", StringComparison.Ordinal) => "reading resources under " + grant["resources:read:".Length..],
        _ when grant.StartsWith("tools:call:", StringComparison.Ordinal) => "calling the tool " + grant["tools:call:".Length..],
        _ => grant,
    };
}
