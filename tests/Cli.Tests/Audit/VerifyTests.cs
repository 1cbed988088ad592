using System.Text;
using System.Text.Json.Nodes;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Audit;

/// <summary><c>platform audit verify SLUG</c>: whom it gives the key, and what it makes of answers.</summary>
[Trait("Control", "AL-4")]
public sealed class VerifyTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Chain = "GET /v1/tenants/acme/audit-chain";
    private readonly CliUser _user = new();
    private readonly string _tenant = TenantId.New().ToString();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        _server.On(Chain, Answer(3).ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task By_a_profile_the_chain_is_recomputed_here()
    {
        await _user.SignInAsync(_server);

        var ran = await _user.RunAsync("audit", "verify", "acme");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.StartsWith("acme: 3 records fit. Head ", ran.Output, StringComparison.Ordinal);
        Assert.Equal(3, JsonNode.Parse((await _user.RunAsync("audit", "verify", "acme", "-o", "json")).Output)!["events"]!.GetValue<int>());
    }

    [Fact]
    public async Task By_a_key_from_standard_input()
    {
        var ran = await _user.FeedAsync(CliUser.Key + "\n", "audit", "verify", "acme", "--url", _server.Url, "--key-file", "-");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal($"Bearer {CliUser.Key}", _server.Seen.Single().Header("Authorization"));
    }

    [Fact]
    public async Task A_record_that_was_edited_is_named_and_that_is_1()
    {
        await _user.SignInAsync(_server);
        var answer = Answer(3);
        answer["items"]![1]!["record"] = answer["items"]![1]!["record"]!.GetValue<string>().Replace("ok", "no", StringComparison.Ordinal);
        _server.On(Chain, answer.ToJsonString());

        var ran = await _user.RunAsync("audit", "verify", "acme");

        Assert.Equal((1, ""), (ran.Exit, ran.Output));
        Assert.Contains("record 2 does not fit", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, 3)]
    [InlineData(403, 4)]
    [InlineData(404, 5)]
    [InlineData(500, 2)]
    public async Task What_could_not_be_read_is_another_code_than_what_does_not_fit(int status, int exit)
    {
        await _user.SignInAsync(_server);
        _server.Refuses(Chain, status, "no");

        Assert.Equal(exit, (await _user.RunAsync("audit", "verify", "acme")).Exit);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"tenant":7,"items":[]}""")]
    [InlineData("""{"tenant":"aaaaaaaaaaaaaaaaaaaaaaaaaa","items":null}""")]
    [InlineData("""{"tenant":"../..","items":[]}""")]
    public async Task An_answer_that_is_no_chain_is_no_verdict(string answer)
    {
        await _user.SignInAsync(_server);
        _server.On(Chain, answer);

        var ran = await _user.RunAsync("audit", "verify", "acme");

        Assert.Equal((2, ""), (ran.Exit, ran.Output));
    }

    [Fact]
    public async Task A_chain_with_a_hole_in_its_list_is_no_verdict()
    {
        await _user.SignInAsync(_server);
        var answer = Answer(3);
        answer["items"]![1] = null;
        _server.On(Chain, answer.ToJsonString());

        Assert.Equal(2, (await _user.RunAsync("audit", "verify", "acme")).Exit);
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData("http://192.0.2.1:5081")]
    [InlineData("admin.example.com")]
    [InlineData("http://")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("")]
    public async Task No_key_goes_over_plain_http_to_another_machine_nor_to_what_is_no_URL(string url)
    {
        var key = _user.FileOf("key", CliUser.Key);

        Assert.Equal(2, (await _user.RunAsync("audit", "verify", "acme", "--url", url, "--key-file", key)).Exit);
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead)]
    public async Task A_key_file_that_others_can_read_is_refused(UnixFileMode more)
    {
        var ran = await _user.RunAsync("audit", "verify", "acme", "--url", _server.Url, "--key-file", _user.FileOf("key", CliUser.Key, OwnerOnly | more));

        Assert.Equal(2, ran.Exit);
        Assert.Contains("chmod 600", ran.Error, StringComparison.Ordinal);
        Assert.Empty(_server.Seen);
    }

    [Theory]
    [InlineData(CliUser.Key + "\nX-Other: 1")]
    [InlineData("mcpm_live_äöü")]
    [InlineData("mcpk_live_abcd1234_secret")]
    [InlineData("")]
    public async Task What_is_no_management_key_is_not_sent_nor_said_back(string key)
    {
        var ran = await _user.RunAsync("audit", "verify", "acme", "--url", _server.Url, "--key-file", _user.FileOf("key", key));

        Assert.Equal(2, ran.Exit);
        Assert.Empty(_server.Seen);
        Assert.DoesNotContain("live_", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_files_that_are_none_are_told_and_no_more()
    {
        string[] options = ["--key-file", "--ca-file"];
        foreach (var option in options)
        {
            Assert.Equal(2, (await _user.RunAsync("audit", "verify", "acme", "--url", _server.Url, "--key-file", _user.FileOf("key", CliUser.Key), option, "")).Exit);
        }
    }

    private JsonObject Answer(int records)
    {
        var (head, items) = (new byte[AuditChain.HashSize], new JsonArray());
        for (var sequence = 1; sequence <= records; sequence++)
        {
            var record = $$"""{"tenant":"{{_tenant}}","outcome":"ok"}""";
            AuditChain.Next(head, Encoding.UTF8.GetBytes(record), head);
            items.Add(new JsonObject { ["sequence"] = sequence, ["hash"] = Convert.ToHexStringLower(head), ["record"] = record });
        }

        return new JsonObject { ["tenant"] = _tenant, ["items"] = items };
    }
}
