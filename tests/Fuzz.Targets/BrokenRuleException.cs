using System.Diagnostics.CodeAnalysis;

namespace Platform.Fuzz.Targets;

/// <summary>A rule that always holds did not.</summary>
internal sealed class BrokenRuleException : Exception
{
    public BrokenRuleException() { }

    public BrokenRuleException(string rule) : base(rule) { }

    public BrokenRuleException(string rule, Exception inner) : base(rule, inner) { }

    public static void Unless([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule);
        }
    }
}
