namespace Platform.Architecture.Tests;

internal static class Expect
{
    /// <summary>Nothing breaks the rule; when something does, the failure lists all of it.</summary>
    public static void None<T>(IEnumerable<T> offenders)
    {
        var list = offenders.ToList();
        Assert.True(list.Count == 0, "Breaks the rule:" + Environment.NewLine + string.Join(Environment.NewLine, list));
    }
}
