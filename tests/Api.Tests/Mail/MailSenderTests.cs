using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Api.Mail;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Testing;

namespace Platform.Api.Tests.Mail;

/// <summary>What leaves for a mail server, and what does not.</summary>
public sealed class MailSenderTests
{
    private const string To = "anna@example.com";
    private const string Secret = "mcpi_not-for-everybody";

    private readonly LineLogger _log = new();

    [Theory, Trait("Control", "AU-11")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mail_is_handed_over_by_TLS_and_with_the_password(bool isImplicit)
    {
        await using var sink = new SmtpSink(isImplicit);

        Assert.True(await SendAsync(Server(sink, mail => (mail.Tls, mail.UserName, mail.Password) = (isImplicit ? "implicit" : "starttls", "platform", Redacted.Of("a good password")))));

        var mail = Assert.Single(sink.Mails);
        Assert.Equal("platform", mail.SignedInAs);
        Assert.Contains("no-reply@example.com", mail.From, StringComparison.Ordinal);
        Assert.Contains(To, Assert.Single(mail.To), StringComparison.Ordinal);
        Assert.All(sink.Clear, line => Assert.Matches("^(EHLO .*|STARTTLS)$", line));
    }

    [Theory, Trait("Control", "AU-11")]
    [InlineData(SmtpMood.Stripped)]
    [InlineData(SmtpMood.Feigning)]
    public async Task Without_TLS_nothing_is_said(SmtpMood mood)
    {
        await using var sink = new SmtpSink { Mood = mood };

        Assert.False(await SendAsync(Server(sink, mail => (mail.UserName, mail.Password, mail.Timeout) = ("platform", Redacted.Of("a good password"), TimeSpan.FromSeconds(2)))));

        Assert.Empty(sink.Mails);
        Assert.DoesNotContain(sink.Clear, line => line.Contains("AUTH", StringComparison.Ordinal) || line.Contains(To, StringComparison.Ordinal) || line.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory, Trait("Control", "AU-11")]
    [InlineData(false, false, "localhost")]
    [InlineData(true, false, "localhost")]
    [InlineData(false, true, "mail.example.com")]
    public async Task A_server_that_nobody_vouches_for_under_its_name_gets_nothing(bool isImplicit, bool isKnown, string name)
    {
        await using var sink = new SmtpSink(isImplicit, name);
        await using var other = new SmtpSink();

        Assert.False(await SendAsync(Server(sink, mail => (mail.Tls, mail.AuthorityFile) = (isImplicit ? "implicit" : "starttls", isKnown ? sink.AuthorityFile : other.AuthorityFile))));

        Assert.Empty(sink.Mails);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task Without_an_authority_of_its_own_a_server_needs_one_of_this_machines()
    {
        await using var sink = new SmtpSink();

        Assert.False(await SendAsync(Server(sink, mail => mail.AuthorityFile = "")));

        Assert.Empty(sink.Mails);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_wrong_password_sends_nothing()
    {
        await using var sink = new SmtpSink();

        Assert.False(await SendAsync(Server(sink, mail => (mail.UserName, mail.Password) = ("platform", Redacted.Of("a wrong password")))));

        Assert.Empty(sink.Mails);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("password", StringComparison.Ordinal));
    }

    [Theory, Trait("Control", "AU-11")]
    [InlineData(SmtpMood.Silent)]
    [InlineData(SmtpMood.Speechless)]
    public async Task A_server_that_says_nothing_is_not_waited_for(SmtpMood mood)
    {
        await using var sink = new SmtpSink { Mood = mood };

        Assert.False(await SendAsync(Server(sink, mail => mail.Timeout = TimeSpan.FromSeconds(1))).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_no_failure_of_ours()
    {
        var sink = new SmtpSink();
        await sink.DisposeAsync();

        Assert.False(await SendAsync(Server(sink, mail => mail.AuthorityFile = "")));
    }

    [Fact, Trait("Control", "AL-3")]
    public async Task The_log_has_neither_the_recipient_nor_the_text()
    {
        await using var sink = new SmtpSink { Mood = SmtpMood.Refusing };

        Assert.False(await SendAsync(Server(sink)));

        var line = Assert.Single(_log.Lines);
        Assert.Contains("550", line, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
    }

    private static MailOptions Server(SmtpSink sink, Action<MailOptions>? change = null)
    {
        var server = new MailOptions { Host = "localhost", Port = sink.Port, From = "no-reply@example.com", AuthorityFile = sink.AuthorityFile, Timeout = TimeSpan.FromSeconds(30) };
        change?.Invoke(server);
        return server;
    }

    private async Task<bool> SendAsync(MailOptions server)
    {
        using var sender = new MailSender(Options.Create(new ApiOptions { Mail = server }), TimeProvider.System, _log);
        return await sender.TrySendAsync(To, "Invitation", $"Open {Secret}.");
    }

    private sealed class LineLogger : ILogger<MailSender>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add($"{formatter(state, exception)} {exception}");
    }
}
