namespace Platform.ClientGenerator;

/// <summary>Names of the API as names of C#.</summary>
internal static class Words
{
    /// <summary><c>back-test</c> is <c>BackTest</c>, as <c>back_test</c> would be.</summary>
    public static string Pascal(string name) => string.Concat(Parts(name).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary><c>Idempotency-Key</c> is <c>idempotencyKey</c>, <c>If-Match</c> <c>ifMatch</c>.</summary>
    public static string Camel(string name) => Pascal(name) is var pascal ? char.ToLowerInvariant(pascal[0]) + pascal[1..] : name;

    private static string[] Parts(string name) => name.Split(['-', '_'], StringSplitOptions.RemoveEmptyEntries);
}
