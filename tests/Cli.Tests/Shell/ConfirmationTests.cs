namespace Platform.Cli.Tests.Shell;

/// <summary>What cannot be taken back wants its name once more.</summary>
public sealed class ConfirmationTests : IAsyncLifetime
{
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public static TheoryData<string> Lines =>
    [
        "tenant delete acme",
        "tenant purge acme",
        "tenant revoke-credentials acme",
        "signing-key emergency-rotate -t acme",
        "personal-data erase acme -t other",
    ];

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory, MemberData(nameof(Lines))]
    public async Task Without_its_name_or_with_another_one_nothing_is_asked_of_the_server(string line)
    {
        Assert.Equal(2, (await _user.FeedAsync("acme\n", line.Split(' '))).Exit);
        Assert.Equal(2, (await _user.RunAsync([.. line.Split(' '), "--confirm", "acm"])).Exit);
        Assert.Equal(2, (await _user.RunAsync([.. line.Split(' '), "--confirm", "Acme"])).Exit);
        _user.IsPerson = true;
        Assert.Equal(2, (await _user.FeedAsync("y\n", line.Split(' '))).Exit);

        Assert.Empty(_server.Seen);
    }

    [Theory, MemberData(nameof(Lines))]
    public async Task A_person_who_types_it_is_served(string line)
    {
        _user.IsPerson = true;

        await _user.FeedAsync("acme\n", line.Split(' '));

        Assert.NotEmpty(_server.Seen);
    }
}
