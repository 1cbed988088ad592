using System.Diagnostics;
using System.Net.Http.Json;

namespace Platform.System.Tests.OAuth;

/// <summary>A certified OpenID provider that nobody here wrote, on loopback: panva's oidc-provider under Node.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private readonly Process _process;

    private OpenIdProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public string Issuer { get; }

    /// <param name="people">Who can sign in, and their groups.</param>
    /// <param name="cancel">The test's.</param>
    public static async Task<OpenIdProvider> StartAsync(JsonObject people, CancellationToken cancel)
    {
        var process = NodeProgram.Start(Repository.Node, ["oidc.mjs", people.ToJsonString()], []);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var issuer = await process.StandardOutput.ReadLineAsync(cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancel);
        return new OpenIdProvider(process, issuer ?? throw new InvalidOperationException("The provider did not start."));
    }

    /// <summary>A web application of its own administrator's making, which people come back from to exactly this URI.</summary>
    public async Task<(string Id, string Secret)> RegisterAsync(string redirect, CancellationToken cancel)
    {
        using var http = new HttpClient();
        using var made = await http.PostAsJsonAsync(Issuer + "/reg", new JsonObject { ["client_name"] = "The console", ["redirect_uris"] = new JsonArray(redirect) }, cancel);
        var client = JsonNode.Parse(await made.Content.ReadAsStringAsync(cancel))!;
        return made.StatusCode == HttpStatusCode.Created ? (client["client_id"]!.GetValue<string>(), client["client_secret"]!.GetValue<string>()) : throw new InvalidOperationException(client.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
