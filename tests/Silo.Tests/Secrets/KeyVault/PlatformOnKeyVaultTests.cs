using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Platform.Silo.Tests.Secrets.KeyVault;

/// <summary>The whole product as a process of its own, with its secrets in the double, over HTTPS that it trusts by its machine's roots.</summary>
[Trait("Control", "AU-5")]
public sealed class PlatformOnKeyVaultTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly int[] _ports = FreePorts();
    private KeyVaultDouble _vault = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_temporary.Path);
        _vault = await KeyVaultDouble.StartAsync();
        await File.WriteAllTextAsync(_temporary["roots.pem"], _vault.CertificatePem);
        await File.WriteAllTextAsync(_temporary["token"], "federated-assertion");
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _http.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task It_keeps_its_secrets_there_over_a_restart_and_serves_while_the_vault_is_away()
    {
        using (var first = Start())
        {
            await ReadyAsync(first);
            first.Kill();
            await first.WaitForExitAsync(Cancel);
        }

        // The key of the audit trail is made with the first platform checkpoint, which may come later.
        Assert.Equal(
            ["mocopr-live-api-key-pepper", "mocopr-live-data-protection", "mocopr-live-login-factors", "mocopr-live-mcp-sealing"],
            _vault.Values.Keys.Where(name => !name.StartsWith("mocopr-live-audit-sys-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(_temporary["data"], "vault.*"));
        using var second = Start();
        await ReadyAsync(second);
        var (status, listed) = await GetAsync("/v1/platform/secrets");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            [("api-key-pepper", 1), ("data-protection", 1), ("login-factors", 1), ("mcp-sealing", 1)],
            JsonSerializer.Deserialize<JsonElement>(listed).GetProperty("items").EnumerateArray().Where(secret => secret.GetProperty("use").GetString() == "platform")
                .Select(secret => (secret.GetProperty("name").GetString()!, secret.GetProperty("versionCount").GetInt32())));
        Assert.All(_vault.Values.Values.SelectMany(values => values), value => Assert.DoesNotContain(value, listed, StringComparison.Ordinal));
        _vault.Always = KeyVaultDouble.Error(500, "InternalError");

        // A key of the first process, that nothing in this one knows yet: its hash needs the same pepper.
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/v1/tenants")).Status);
        second.Kill();
        await second.WaitForExitAsync(Cancel);
    }

    [Theory]
    [InlineData(403, "ForbiddenByRbac", "forbids")]
    [InlineData(500, null, "cannot be reached")]
    [InlineData(429, null, "cannot be reached")]
    public async Task A_vault_that_does_not_give_the_pepper_ends_the_start_with_78_and_a_sentence(int status, string? inner, string says)
    {
        _vault.Always = KeyVaultDouble.Error(status, "Refused", inner, retryAfter: status == 429 ? 60 : null);
        using var process = Start();

        var told = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);

        Assert.Equal(78, process.ExitCode);
        Assert.Contains($"The vault {_vault.Uri} {says}", told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
        Assert.DoesNotContain(_vault.Token, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_vault_is_not_forgotten_for_another_and_can_be_moved()
    {
        using (var set = Start(["secrets", "set", "otlp"], local: true))
        {
            await set.StandardInput.WriteAsync("canary");
            set.StandardInput.Close();
            await set.WaitForExitAsync(Cancel);
            Assert.Equal(0, set.ExitCode);
        }

        using (var refused = Start())
        {
            Assert.Contains("secrets move", await refused.StandardError.ReadToEndAsync(Cancel), StringComparison.Ordinal);
            await refused.WaitForExitAsync(Cancel);
            Assert.Equal(78, refused.ExitCode);
        }

        using (var move = Start(["secrets", "move"]))
        {
            Assert.DoesNotContain("canary", await move.StandardOutput.ReadToEndAsync(Cancel), StringComparison.Ordinal);
            await move.WaitForExitAsync(Cancel);
            Assert.Equal(0, move.ExitCode);
        }

        Assert.Equal(Convert.ToBase64String("canary"u8), Assert.Single(_vault.Values["mocopr-live-otlp"]));
        using var started = Start();
        await ReadyAsync(started);
        started.Kill();
        await started.WaitForExitAsync(Cancel);
    }

    private Process Start(string[]? verb = null, bool local = false)
    {
        var start = new ProcessStartInfo(ChildProcess.Program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["SSL_CERT_FILE"] = _temporary["roots.pem"];
        string[] vault = local ? [] :
        [
            "--Platform:Secrets:Store=KeyVault", $"--Platform:Secrets:VaultUri={_vault.Uri}", "--Platform:Secrets:Identity=WorkloadIdentity",
            $"--Platform:Secrets:TenantId={KeyVaultDouble.TenantId}", $"--Platform:Secrets:ClientId={KeyVaultDouble.ClientId}",
            $"--Platform:Secrets:TokenFile={_temporary["token"]}", $"--Platform:Secrets:Authority={_vault.Uri}",
        ];
        string[] arguments =
        [
            ChildProcess.PlatformSwitch, .. verb ?? [], $"--Platform:DataDirectory={_temporary["data"]}", .. vault,
            .. verb is not null ? Array.Empty<string>() :
            [
                $"--Platform:Urls:Data=http://127.0.0.1:{_ports[0]}", $"--Platform:Urls:Management=http://127.0.0.1:{_ports[1]}", $"--Platform:Orleans:SiloPort={_ports[2]}",
                .. File.Exists(_temporary["boot.json"]) ? Array.Empty<string>() : [$"--Platform:Bootstrap:OutputFile={_temporary["boot.json"]}"],
            ],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task ReadyAsync(Process process)
    {
        for (var i = 0; i < 600; i++)
        {
            Assert.False(process.HasExited, process.HasExited ? await process.StandardError.ReadToEndAsync(Cancel) : "");
            try
            {
                using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{_ports[1]}/health/ready"), Cancel);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(100, Cancel);
        }

        Assert.Fail("The platform was not ready in a minute.");
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        var made = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(_temporary["boot.json"], Cancel));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_ports[1].ToString(CultureInfo.InvariantCulture)}{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("adminKey").GetString());
        using var answer = await _http.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static int[] FreePorts()
    {
        var probes = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        Array.ForEach(probes, probe => probe.Start());
        var ports = Array.ConvertAll(probes, probe => ((IPEndPoint)probe.LocalEndpoint).Port);
        Array.ForEach(probes, probe => probe.Dispose());
        return ports;
    }
}
