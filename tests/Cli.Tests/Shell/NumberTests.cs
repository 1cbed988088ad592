namespace Platform.Cli.Tests.Shell;

/// <summary>What is no number is told as such, in words of the command line.</summary>
public sealed class NumberTests : IAsyncLifetime
{
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [InlineData("tenant list --limit many", "'many' is not a whole number, which --limit takes.")]
    [InlineData("tenant create acme --permits-per-minute 60s", "'60s' is not a whole number, which --permits-per-minute takes.")]
    [InlineData("alert create slow --signal latency_p95_milliseconds --threshold high", "'high' is not a number such as 2 or 0.5, which --threshold takes.")]
    [InlineData("operation wait purge-1 --timeout soon", "Write a length of time such as 90s, 30m, 2h or 7d.")]
    public async Task What_is_none_is_refused_without_names_of_types(string line, string said)
    {
        var ran = await _user.RunAsync(line.Split(' '));

        Assert.Equal(2, ran.Exit);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", ran.Error, StringComparison.Ordinal);
        Assert.Empty(_server.Seen);
    }

    [Theory]
    [InlineData("60s")]
    [InlineData("2h")]
    [InlineData("60")]
    public async Task A_wait_takes_the_lengths_that_everything_takes(string longest)
    {
        _server.On("GET /v1/operations/purge-1", """{"id":"purge-1","state":"succeeded","steps":[]}""");

        var ran = await _user.RunAsync("operation", "wait", "purge-1", "--timeout", longest);

        Assert.True(ran.Exit == 0, ran.Error);
    }
}
