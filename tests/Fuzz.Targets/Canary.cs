namespace Platform.Fuzz.Targets;

/// <summary>Has a bug that chance does not find and coverage does: how the tests know that the fuzzer fuzzes.</summary>
internal sealed class Canary
{
    public static void Run(byte[] input)
    {
        var depth = 0;
        foreach (var expected in "bug!"u8)
        {
            if (input.Length <= depth || input[depth] != expected)
            {
                return;
            }

            // A branch for each byte: what reached one byte further is seen to have done so.
            depth = depth switch
            {
                0 => 1,
                1 => 2,
                2 => 3,
                _ => throw new BrokenRuleException("The canary sang."),
            };
        }
    }
}
