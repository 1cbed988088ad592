using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>What is about to go is named once more: by an option, or by a person who is asked.</summary>
internal static class Confirmation
{
    /// <param name="run">Whose command it is.</param>
    /// <param name="said">By the option; null when it is not there.</param>
    /// <param name="name">What has to be named.</param>
    /// <param name="purpose">What comes of it, such as <c>to delete it</c>.</param>
    public static async Task<bool> IsGivenAsync(Run run, string? said, string name, string purpose)
    {
        if (said is null && run.Terminal.IsInputTyped)
        {
            await run.Terminal.Error.WriteAsync($"Type {PlainText.Clean(name)} {purpose}: ");
            said = (await run.Terminal.Input.ReadLineAsync(run.Cancel))?.Trim();
        }

        return string.Equals(said, name, StringComparison.Ordinal);
    }
}
