using System.Text.RegularExpressions;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Security;

/// <summary>What the product answers while something below it is broken (ER-1, AL-5).</summary>
public sealed partial class FaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private readonly Faults _faults = new();
    private PlatformApplication _platform = null!;
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformApplication.StartAsync(configure: _faults.Install);
        _tenant = await TenantClient.MakeAsync(_platform);
    }

    public async ValueTask DisposeAsync()
    {
        (_faults.AuditFails, _faults.IndexFails) = (false, false);
        await _platform.DisposeAsync();
    }

    [Fact]
    [Trait("Control", "AL-5")]
    public async Task What_cannot_be_audited_is_not_answered_and_service_recovers()
    {
        _faults.AuditFails = true;

        var call = await _tenant.CallTool("echo", new { message = "unseen" });
        var refusal = await _tenant.With("").CallTool();
        var rest = await _platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = "unaudited" });

        Assert.Equal((503, 50301, 1), (call.Status, call.Code, call.Json.GetProperty("id").GetInt32()));
        Assert.DoesNotContain("unseen", call.Text, StringComparison.Ordinal);
        Assert.Equal(503, refusal.Status);
        Assert.Equal((503, "unavailable"), (rest.Status, rest.Json.GetProperty("code").GetString()));
        Assert.All([call.Text, refusal.Text, rest.Text], text => Assert.DoesNotMatch(Telltale(), text));

        _faults.AuditFails = false;

        Assert.Equal(200, (await Wire.Until(() => _tenant.CallTool(), 200, Recovery)).Status);
        Assert.False((await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/audit-events:verify")).Json.TryGetProperty("firstBad", out _));
    }

    [Fact]
    [Trait("Control", "AL-5")]
    public async Task While_the_trail_is_down_nothing_is_run()
    {
        _faults.AuditFails = true;
        await _tenant.CallTool();
        var set = await _tenant.CallTool("memory_set", new { key = "unrecorded", value = "x" });
        _faults.AuditFails = false;
        await Wire.Until(() => _tenant.CallTool(), 200, Recovery);

        Assert.Equal(503, set.Status);
        Assert.Equal(-32602, (await _tenant.Read("memory://unrecorded")).Code);
    }

    [Fact]
    [Trait("Control", "ER-1")]
    public async Task A_storage_failure_tells_nothing_but_a_correlation()
    {
        _faults.IndexFails = true;

        var mcp = await _tenant.Call("resources/list");
        var tool = await _tenant.CallTool("memory_list", new { });
        var legacy = await _tenant.Legacy(await _tenant.GivenSession(), null, """{"jsonrpc":"2.0","id":"l","method":"resources/list"}""");
        var rest = await _platform.Rest(HttpMethod.Get, "/v1/tenants");

        Assert.Equal((500, -32603, "Internal server error.", 1), (mcp.Status, mcp.Code, mcp.Message, mcp.Json.GetProperty("id").GetInt32()));
        Assert.Equal((500, -32603, 1), (tool.Status, tool.Code, tool.Json.GetProperty("id").GetInt32()));
        Assert.Equal((500, -32603, "l"), (legacy.Status, legacy.Code, legacy.Json.GetProperty("id").GetString()));
        Assert.Equal((500, "internal"), (rest.Status, rest.Json.GetProperty("code").GetString()));
        Assert.All([mcp, tool, legacy, rest], reply => Assert.DoesNotMatch(Telltale(), reply.Text + string.Join('\n', reply.Headers)));
        Assert.Equal(mcp.Data.GetProperty("correlation").GetString(),
            (await _tenant.McpEvents()).Single(entry => entry.GetProperty("correlation").GetString() == mcp.Data.GetProperty("correlation").GetString() && entry.GetProperty("outcome").GetString() == "internal").GetProperty("correlation").GetString());

        _faults.IndexFails = false;

        Assert.Equal(200, (await Wire.Until(() => _tenant.Call("resources/list"), 200, Recovery)).Status);
    }

    [Fact]
    [Trait("Control", "AU-7")]
    public async Task A_key_that_cannot_be_checked_is_not_let_in()
    {
        var other = await TenantClient.MakeAsync(_platform);
        _faults.IndexFails = true;

        var reply = await other.With(KeyForge.UnknownId(other.Key)).CallTool();

        Assert.InRange(reply.Status, 401, 503);
        Assert.DoesNotMatch(Telltale(), reply.Text);
    }

    // Names of types and files, SQL and versions: what an error must not carry.
    [GeneratedRegex("Exception|System\\.|Microsoft|Orleans|Sqlite|SELECT|grain_state|/var/|\\.cs|\\.db| at Platform|v\\d+\\.\\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Telltale();
}
