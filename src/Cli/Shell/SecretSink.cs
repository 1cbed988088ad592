using System.Text;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>
/// Where a secret goes that the server reveals once: into a new file of mode 0600, or, where a person reads standard output, there. Opened before it is asked for, so that none is made and then lost.
/// </summary>
internal sealed class SecretSink : IAsyncDisposable
{
    private readonly Terminal _terminal;
    private readonly FileStream? _file;
    private bool _isUsed;

    private SecretSink(Terminal terminal, FileStream? file) => (_terminal, _file) = (terminal, file);

    public static Outcome<SecretSink> Open(Terminal terminal, string? file)
    {
        if (file is not null)
        {
            return ProtectedFile.Create(file).Try(out var made, out var refused) ? new SecretSink(terminal, made) : refused;
        }

        return terminal.IsOutputShown ? new SecretSink(terminal, null) : Refusal.Usage("A secret is written to no pipe. Name a new file for it: --output-file");
    }

    /// <summary>Asks for something with a secret, prints it without, and puts the secret where it goes; the exit code.</summary>
    /// <param name="run">The command.</param>
    /// <param name="file">A new one, or null.</param>
    /// <param name="ask">Makes the secret.</param>
    /// <param name="member">Where the answer has it.</param>
    /// <param name="isToldElsewhere">Whether an answer without the secret says that somebody else has got it.</param>
    public static async Task<int> RevealAsync(Run run, string? file, Func<Task<Reply>> ask, string member = "secret", Func<JsonNode?, bool>? isToldElsewhere = null)
    {
        if (!Open(run.Terminal, file).Try(out var sink, out var refused))
        {
            return await run.Printer.RefuseAsync(refused);
        }

        await using (sink)
        {
            var reply = await ask();
            var secret = Take(reply, member);
            var isElsewhere = isToldElsewhere?.Invoke(reply.Body) ?? false;
            var exit = await run.ShowAsync(reply with { Body = Unwrap(reply.Body) });
            if (exit != ExitCode.Done)
            {
                return exit;
            }

            if (secret is null)
            {
                return isElsewhere ? ExitCode.Done : await run.Printer.RefuseAsync(new Refusal(ExitCode.Refused, "It was made, but its secret was lost on the way and is not told again. End it, and make another."));
            }

            await sink.KeepAsync([secret], run.Cancel);
            return ExitCode.Done;
        }
    }

    /// <summary>The secret, out of the answer that is printed.</summary>
    public static string? Take(Reply reply, string member = "secret")
    {
        if (reply.Body is not JsonObject body || body[member] is not JsonValue value || !value.TryGetValue(out string? secret))
        {
            return null;
        }

        body.Remove(member);
        return secret;
    }

    /// <summary>The thing itself, where nothing else is left beside it.</summary>
    private static JsonNode? Unwrap(JsonNode? body) => body is JsonObject { Count: 1 } members && members.First().Value is JsonObject thing ? thing : body;

    /// <summary>A line for each.</summary>
    public async Task KeepAsync(IEnumerable<string> secrets, CancellationToken cancel)
    {
        _isUsed = true;
        if (_file is null)
        {
            foreach (var secret in secrets)
            {
                await _terminal.Output.WriteLineAsync(PlainText.Clean(secret));
            }

            await _terminal.Error.WriteLineAsync("This secret is shown this once.");
            return;
        }

        await _file.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(secrets.Select(secret => secret + "\n"))), cancel);
        _file.Flush(flushToDisk: true);
        await _terminal.Error.WriteLineAsync($"The secret is in {PlainText.Clean(_file.Name)}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is null)
        {
            return;
        }

        await _file.DisposeAsync();
        if (!_isUsed)
        {
            File.Delete(_file.Name);
        }
    }
}
