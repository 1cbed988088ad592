using System.Text;
using Platform.Cli.Terminals;

namespace Platform.Cli.Tests.Shell;

/// <summary>Somebody with a home directory who types command lines.</summary>
internal sealed class CliUser : IDisposable
{
    public const string Key = "mcpm_live_abcd1234_0123456789012345678901234567890123456789012xxxxxx";

    public string Home { get; } = Directory.CreateTempSubdirectory("mocopr-cli-").FullName;

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>What is typed without being shown, line by line.</summary>
    public Queue<string> Hidden { get; } = new();

    /// <summary>A person sits at the terminal; else everything is a pipe.</summary>
    public bool IsPerson { get; set; }

    public string ProfileFile => Path.Combine(Home, "config", "profiles", "default.json");

    public Task<Ran> RunAsync(params string[] arguments) => FeedAsync("", arguments);

    /// <summary>With this on standard input.</summary>
    public async Task<Ran> FeedAsync(string input, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var bytes = new MemoryStream();
        var terminal = new Terminal
        {
            Input = new StringReader(input),
            Output = output,
            Error = error,
            OpenOutput = () => bytes,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            IsInputTyped = IsPerson,
            IsOutputShown = IsPerson,
            IsErrorShown = IsPerson,
            ReadHidden = () => Hidden.TryDequeue(out var line) ? line : null,
            ConfigDirectory = Path.Combine(Home, "config"),
            Variable = name => Variables.GetValueOrDefault(name),
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var exit = await PlatformCommand.RunAsync(arguments, terminal, patience.Token);
        return new Ran(exit, output.ToString(), error.ToString());
    }

    /// <summary>Signs in with a key, which the server is told to know.</summary>
    public async Task SignInAsync(FakeManagement server, string? tenant = null)
    {
        server.Refuses("GET /v1/sessions/current", 404, "not-found").On($"GET /v1/tenants/{tenant}", "{}");
        var ran = await FeedAsync(Key + "\n", tenant is null ? ["login", "--url", server.Url] : ["login", "--url", server.Url, "--tenant", tenant]);
        Assert.True(ran.Exit == 0, ran.Error);
        server.Seen.Clear();
    }

    public string FileOf(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}

/// <summary>What came of a command line.</summary>
internal sealed record Ran(int Exit, string Output, string Error);
