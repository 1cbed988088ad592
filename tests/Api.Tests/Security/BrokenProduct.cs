using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Security;

/// <summary>
/// A product that can be broken at every point where it touches something below it, with all that it logs. It is told to be in development, where the
/// framework would like to show exceptions (ER-3).
/// </summary>
public sealed partial class BrokenProduct : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";

    /// <summary>Must be seen nowhere: neither outside nor in the log.</summary>
    public const string Canary = "canary4f7Qx92secret";

    public Faults Faults { get; } = new();

    public LogText Log { get; } = new();

    public PlatformApplication Platform { get; private set; } = null!;

    /// <summary>What a driver says, with the credential it was configured with.</summary>
    public static string DriverText => $"{Faults.DriverText}; connection string: Host=db;Password={Canary}; Authorization: Bearer {Canary}; key mcpk_live_{Canary}";

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(configure: services =>
        {
            Faults.Install(services);
            services.AddSingleton<ILoggerProvider>(Log);
        }, settings: "--environment=Development");
        var answer = await Platform.Rest(HttpMethod.Post, "/v1/bootstrap", new { secret = Platform.BootstrapSecret, password = Password }, "");
        Assert.Equal(201, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Mend();
        await Platform.DisposeAsync();
    }

    /// <summary>Names of types, namespaces, files and tables, SQL, stacks and versions: what no answer may carry (ER-1).</summary>
    [GeneratedRegex(@"Exception|System\.|Microsoft|Orleans|Sqlite|Npgsql|Newtonsoft|Kestrel|Platform\.|Grain|\bSELECT\b|\bINSERT\b|grain_state|/var/|/tmp/|/home/|/root/|/work/|\.cs\b|\.dll|\.db\b|   at |line \d|v\d+\.\d+|StackTrace|Password|Host=db", RegexOptions.NonBacktracking)]
    public static partial Regex Telltale();
}
