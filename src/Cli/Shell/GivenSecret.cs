using Platform.Cli.Outcomes;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>A secret that somebody gives: from a file of mode 0600, typed without being shown, or a line of standard input; never an argument. What was given is in nothing that is said afterwards.</summary>
internal static class GivenSecret
{
    /// <param name="run">Whose command it is.</param>
    /// <param name="question">What is asked for, where a person types.</param>
    /// <param name="file">Where it is, instead.</param>
    public static async Task<Outcome<string>> ReadAsync(Run run, string question, string? file)
    {
        string? given;
        if (file is null)
        {
            given = await run.Terminal.AskSecretAsync(question, run.Cancel);
        }
        else if ((await ProtectedFile.ReadAsync(file, mayBeLink: true, run.Cancel)).Try(out var text, out var refused))
        {
            given = text.TrimEnd('\r', '\n');
        }
        else
        {
            return refused;
        }

        run.Printer.Hide(given);
        return string.IsNullOrEmpty(given) ? Refusal.Usage(file is null ? $"{question}: nothing was given." : $"{file} is empty.") : given;
    }

    /// <summary>A new secret: where it is typed, it is typed twice.</summary>
    public static async Task<Outcome<string>> NewAsync(Run run, string question, string? file)
    {
        var given = await ReadAsync(run, question, file);
        if (file is not null || !run.Terminal.IsInputTyped || !given.Try(out var first, out _))
        {
            return given;
        }

        return await run.Terminal.AskSecretAsync("Once more", run.Cancel) == first ? first : Refusal.Usage("These are two different ones. Nothing was changed.");
    }
}
