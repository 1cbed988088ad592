using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>A temporary data directory with its ports: what survives the process, and what a restart finds again.</summary>
internal sealed class PlatformHome(params string[] settings) : IAsyncDisposable
{
    private readonly int[] _ports = Ports.Free(4);
    private readonly List<PlatformProcess> _started = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("mocopr-system-").FullName;

    public string Data => Path.Combine(Root, "data");

    public string BootFile => Path.Combine(Root, "boot.json");

    public int SiloPort => _ports[2];

    public Uri DataPlane => new($"http://127.0.0.1:{_ports[0]}");

    public Uri Management => new($"http://127.0.0.1:{_ports[1]}");

    public string[] Arguments =>
    [
        $"--Platform:DataDirectory={Data}",
        $"--Platform:Urls:Data={DataPlane.GetLeftPart(UriPartial.Authority)}",
        $"--Platform:Urls:Management={Management.GetLeftPart(UriPartial.Authority)}",
        $"--Platform:Orleans:SiloPort={_ports[2]}",
        $"--Platform:Orleans:GatewayPort={_ports[3]}",
        $"--Platform:Bootstrap:OutputFile={BootFile}",
        .. settings,
    ];

    /// <summary>The first credentials; only the first start writes them.</summary>
    public async Task<Boot> BootAsync(CancellationToken cancel)
    {
        var boot = JsonNode.Parse(await File.ReadAllTextAsync(BootFile, cancel))!.AsObject();
        return new Boot(
            new Uri(boot["mcpUrl"]!.GetValue<string>()), new Uri(boot["managementUrl"]!.GetValue<string>()), boot["tenant"]!.GetValue<string>(),
            boot["apiKey"]!.GetValue<string>(), boot["adminKey"]!.GetValue<string>(), boot["bootstrapSecret"]!.GetValue<string>());
    }

    public async Task<ManagementApi> ManagementAsync(CancellationToken cancel) => new(Management, (await BootAsync(cancel)).AdminKey);

    public Uri Endpoint(string tenant) => new(DataPlane, $"/t/{tenant}/mcp");

    /// <summary>Starts the product on this data and waits until it is ready.</summary>
    public async Task<PlatformProcess> StartAsync(CancellationToken cancel, params string[] more)
    {
        var process = Launch(more);
        await process.ReadyAsync(new Uri(Management, "/health/ready"), TimeSpan.FromSeconds(60), cancel);
        return process;
    }

    /// <summary>Starts the product without waiting: for starts that are meant to fail.</summary>
    public PlatformProcess Launch(params string[] more) => LaunchUnder([], more);

    /// <summary>Starts the product as the child of another program.</summary>
    public PlatformProcess LaunchUnder(string[] under, params string[] more)
    {
        var process = PlatformProcess.Launch([.. Arguments, .. more], under);
        _started.Add(process);
        return process;
    }

    /// <summary>As the operator puts a secret into the vault, while the product does not run.</summary>
    public async Task SetSecretAsync(string name, string value, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { Repository.SiloDll, "secrets", "set", name, $"--Platform:DataDirectory={Data}" })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(value.AsMemory(), cancel);
        process.StandardInput.Close();
        Assert.Equal("1", (await process.StandardOutput.ReadToEndAsync(cancel)).Trim());
        await process.WaitForExitAsync(cancel);
        Assert.Equal(0, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(Root, recursive: true);
    }
}

/// <summary>What <c>Platform:Bootstrap:OutputFile</c> holds.</summary>
internal sealed record Boot(Uri McpUrl, Uri ManagementUrl, string Tenant, string ApiKey, string AdminKey, string BootstrapSecret);
