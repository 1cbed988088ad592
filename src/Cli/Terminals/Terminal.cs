using System.Text;

namespace Platform.Cli.Terminals;

/// <summary>What a command sees of the world around it; tests give it another one.</summary>
internal sealed class Terminal
{
    private const int MaxSecret = 8 * 1024;

    public required TextReader Input { get; init; }

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Bytes of results, such as a downloaded file.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Bytes that are given, such as a file to upload.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>A person types: questions may be asked.</summary>
    public bool IsInputTyped { get; init; }

    /// <summary>A person reads the output, and no file or program gets it.</summary>
    public bool IsOutputShown { get; init; }

    public bool IsErrorShown { get; init; }

    /// <summary>Reads a line that is not shown while it is typed; null when it was given up.</summary>
    public required Func<string?> ReadHidden { get; init; }

    /// <summary>Where settings of this user live.</summary>
    public required string ConfigDirectory { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Terminal OfProcess() => new()
    {
        Input = Console.In,
        Output = Console.Out,
        Error = Console.Error,
        OpenOutput = Console.OpenStandardOutput,
        OpenInput = Console.OpenStandardInput,
        IsInputTyped = !Console.IsInputRedirected,
        IsOutputShown = !Console.IsOutputRedirected,
        IsErrorShown = !Console.IsErrorRedirected,
        ReadHidden = ReadKeys,
        ConfigDirectory = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mocopr"),
        Variable = Variables.Read,
    };

    /// <summary>Asks for a secret: hidden while it is typed, or the next line of standard input. Null when there is none.</summary>
    public async ValueTask<string?> AskSecretAsync(string question, CancellationToken cancel)
    {
        if (!IsInputTyped)
        {
            return (await Input.ReadLineAsync(cancel))?.Trim();
        }

        await Error.WriteAsync($"{question}: ");
        var line = ReadHidden();
        await Error.WriteLineAsync();
        return line?.Trim();
    }

    private static string? ReadKeys()
    {
        var text = new StringBuilder();
        while (text.Length < MaxSecret)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                return text.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (key.KeyChar != 0)
            {
                text.Append(key.KeyChar);
            }
        }

        return null;
    }
}
