using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Platform.Testing;

/// <summary>
/// A PostgreSQL server of the machine's own packages: started on a free loopback port, in a temporary directory, as an unprivileged user, and gone with this process. Durable as in
/// production, so that what it acknowledged is on disk.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    // Its input ends with this process, however that ends.
    private const string EndsWithUs = """ "$@" </dev/null >/dev/null 2>&1 & server=$!; read -r _; kill -QUIT "$server"; wait "$server" """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _bin;
    private readonly string _root;
    private readonly int _port;
    private readonly Process _server;
    private readonly string _password = RandomNumberGenerator.GetHexString(32);

    private PostgresServer(string bin)
    {
        _bin = bin;
        _root = Directory.CreateTempSubdirectory("mocopr-postgres-").FullName;
        _port = FreePort();
        var passwordFile = Path.Combine(_root, "password");
        File.WriteAllText(passwordFile, _password);
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "-R", User, _root);
        }

        Run(Own(Bin("initdb"), "-D", Data, "-U", User, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C.UTF-8"));
        _server = Launch(Own("sh", "-c", EndsWithUs, "sh", Bin("postgres"), "-D", Data, "-k", _root, "-c", "listen_addresses=127.0.0.1", "-c", $"port={_port}", "-c", "max_connections=200"), quiet: true);
    }

    /// <summary>Why there is no server; null where there can be one.</summary>
    public static string? Absent => Find() is null
        ? "PostgreSQL is not installed: tests/run installs it (Debian's package postgresql)."
        : null;

    private string Data => Path.Combine(_root, "data");

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer(Find() ?? throw new InvalidOperationException(Absent));
        var watch = Stopwatch.StartNew();
        while (!await server.AnswersAsync())
        {
            if (server._server.HasExited || watch.Elapsed > Patience)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException("The PostgreSQL server of the tests did not start.");
            }

            await Task.Delay(50);
        }

        return server;
    }

    /// <summary>A new, empty database; the connection string to it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = "t" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        await RunAsync(new Command(Bin("createdb"), ["-h", "127.0.0.1", "-p", $"{_port}", "-U", User, name]), _password);
        return $"Host=127.0.0.1;Port={_port};Database={name};Username={User};Password={_password}";
    }

    /// <summary>A statement, as the server's operator would run it.</summary>
    public Task ExecuteAsync(string sql) => RunAsync(new Command(Bin("psql"), ["-h", "127.0.0.1", "-p", $"{_port}", "-U", User, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qc", sql]), _password);

    public async ValueTask DisposeAsync()
    {
        if (!_server.HasExited)
        {
            // Everything in it is thrown away.
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
        }

        _server.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static string? Find()
    {
        const string Packages = "/usr/lib/postgresql";
        return !OperatingSystem.IsLinux() || !Directory.Exists(Packages)
            ? null
            : Directory.GetDirectories(Packages).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")));
    }

    private static int FreePort()
    {
        // Below the ephemeral range, so that no client's own port takes it before the server does.
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }

    private string Bin(string program) => Path.Combine(_bin, program);

    // The server refuses to run as root.
    private static Command Own(params string[] words) =>
        Environment.IsPrivilegedProcess ? new Command("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", .. words]) : new Command(words[0], words[1..]);

    private async Task<bool> AnswersAsync()
    {
        using var process = Launch(new Command(Bin("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{_port}"]));
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static void Run(string program, params string[] arguments) => Run(new Command(program, arguments));

    private static void Run(Command command) => RunAsync(command, password: null).GetAwaiter().GetResult();

    private static async Task RunAsync(Command command, string? password)
    {
        using var process = Launch(command, password);
        var text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command.Program} ended with {process.ExitCode}: {text}");
        }
    }

    private static Process Launch(Command command, string? password = null, bool quiet = false)
    {
        var start = new ProcessStartInfo(command.Program)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = !quiet, RedirectStandardOutput = !quiet, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (password is not null)
        {
            start.Environment["PGPASSWORD"] = password;
        }

        var process = Process.Start(start)!;
        if (!quiet)
        {
            process.StandardInput.Close();
            process.OutputDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
        }

        return process;
    }

    private sealed record Command(string Program, string[] Arguments);
}
