using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Platform.Api;
using Platform.Api.Outbound;
using Platform.Api.Webhooks;
using Platform.Grains.Webhooks;
using Platform.Silo.Webhooks;

namespace Platform.Silo.Tests.Webhooks;

/// <summary>What a URL that a tenant chose, and who answers there, can and cannot make this process do.</summary>
[Trait("Control", "AU-10"), Trait("Control", "AL-6")]
public sealed class WebhookSenderTests : IDisposable
{
    private static readonly IPNetwork Loopback = IPNetwork.Parse("127.0.0.0/8");

    private readonly TcpListener _inside = new(IPAddress.Loopback, 0);

    public WebhookSenderTests() => _inside.Start();

    private int Port => ((IPEndPoint)_inside.LocalEndpoint).Port;

    private Uri Inside => new($"http://127.0.0.1:{Port}/in");

    public void Dispose() => _inside.Dispose();

    [Fact]
    public async Task A_message_goes_out_as_it_was_signed_and_the_status_comes_back()
    {
        var served = ServeAsync("HTTP/1.1 429 Slow\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n");
        var answer = await SendAsync(Inside, new OutboundPolicy(), Loopback);

        Assert.Equal((429, null, TimeSpan.FromSeconds(60)), (answer.Status, answer.Error, answer.RetryAfter));
        var request = await served;
        Assert.StartsWith("POST /in HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("webhook-id: msg_1\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,AA==\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{}", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("8.8.8.8,127.0.0.1")]
    public async Task A_name_that_leads_inside_is_asked_for_once_and_not_followed(string addresses)
    {
        var asked = 0;
        var answer = await SendAsync(new Uri($"https://hooks.example:{Port}/"), new OutboundPolicy
        {
            Resolve = (_, _) =>
            {
                asked++;
                return Task.FromResult(addresses.Split(',').Select(IPAddress.Parse).ToArray());
            },
        });

        Assert.Equal((null, WebhookErrors.Unreachable, 1, false), (answer.Status, answer.Error, asked, _inside.Pending()));
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_when_it_is_asked_for_again_never_leads_inside()
    {
        // Rebinding: a first answer that is allowed, and then one that is not, with somebody listening at the same port of both.
        var open = IPAddress.Parse("127.0.0.2");
        using var outside = new TcpListener(open, Port);
        outside.Start();
        var asked = 0;
        var policy = new OutboundPolicy { Resolve = (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? open : IPAddress.Loopback]) };
        using var sender = Sender(TimeProvider.System, policy, IPNetwork.Parse("127.0.0.2/32"));
        var url = new Uri($"https://hooks.example:{Port}/");

        var first = sender.SendAsync(Request(url), CancellationToken.None);
        (await outside.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal((null, 1, false), ((await first).Status, asked, _inside.Pending()));

        for (var attempt = 2; attempt < 6; attempt++)
        {
            Assert.Equal(WebhookErrors.Unreachable, (await sender.SendAsync(Request(url), CancellationToken.None)).Error);
            Assert.Equal((attempt, false, false), (asked, _inside.Pending(), outside.Pending()));
        }
    }

    [Theory]
    [InlineData("169.254.169.254", "169.254.0.0/16")]
    [InlineData("169.254.169.254", "0.0.0.0/0")]
    [InlineData("::ffff:169.254.169.254", "0.0.0.0/0")]
    [InlineData("168.63.129.16", "168.0.0.0/8")]
    [InlineData("100.100.100.200", "100.64.0.0/10")]
    [InlineData("fd00:ec2::254", "fd00::/8")]
    [InlineData("fe80::1", "fe80::/10")]
    public async Task Metadata_addresses_stay_closed_whatever_an_operator_opens(string address, string network)
    {
        Assert.False(Targets(new OutboundPolicy(), IPNetwork.Parse(network)).Policy.Allows(IPAddress.Parse(address)));

        var answer = await SendAsync(new Uri("https://hooks.example/"), new OutboundPolicy { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]) }, IPNetwork.Parse(network));
        Assert.Equal(WebhookErrors.Unreachable, answer.Error);
    }

    [Fact]
    public void What_an_operator_opens_is_open_and_nothing_beside_it()
    {
        var policy = Targets(new OutboundPolicy(), IPNetwork.Parse("10.1.0.0/16")).Policy;

        Assert.Equal((true, true, false, false), (policy.Allows(IPAddress.Parse("10.1.2.3")), policy.Allows(IPAddress.Parse("::ffff:10.1.2.3")), policy.Allows(IPAddress.Parse("10.2.0.1")), policy.Allows(IPAddress.Loopback)));
        Assert.False(policy.Allows(new Uri("http://127.0.0.1/")));
    }

    [Theory]
    [InlineData("http://hooks.example/")]
    [InlineData("ftp://hooks.example/")]
    [InlineData("https://user@hooks.example/")]
    [InlineData("https://hooks.example/#x")]
    public async Task A_URL_that_is_not_plain_https_is_not_even_resolved(string url)
    {
        var asked = 0;
        var policy = new OutboundPolicy { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "8.8.8.8" : "8.8.4.4")]) };

        Assert.Equal((WebhookErrors.Unreachable, 0), ((await SendAsync(new Uri(url), policy)).Error, asked));
    }

    [Fact]
    public async Task A_receiver_that_takes_the_connection_and_says_nothing_is_left_after_fifteen_seconds()
    {
        var clock = new FakeTimeProvider();
        using var sender = Sender(clock, new OutboundPolicy(), Loopback);
        var sending = sender.SendAsync(Request(Inside), CancellationToken.None);
        using var connection = await _inside.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));

        var answer = await sending;
        Assert.Equal((null, WebhookErrors.Timeout), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("/again")]
    public async Task A_redirect_is_an_answer_and_is_not_followed(string location)
    {
        var served = ServeAsync($"HTTP/1.1 307 Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        var answer = await SendAsync(Inside, new OutboundPolicy(), Loopback);
        await served;

        Assert.Equal((307, null, false), (answer.Status, answer.Error, _inside.Pending()));
    }

    [Fact]
    public async Task An_answer_without_an_end_is_over_after_its_headers()
    {
        var endless = Task.Run(async () =>
        {
            using var connection = await _inside.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            await ReadAsync(stream);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('x', 0x10000)}\r\n");
            while (true)
            {
                await stream.WriteAsync(chunk);
            }
        });
        var answer = await SendAsync(Inside, new OutboundPolicy(), Loopback);

        Assert.Equal((200, null), (answer.Status, answer.Error));
        await Assert.ThrowsAnyAsync<IOException>(() => endless.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Headers_without_an_end_are_no_answer()
    {
        var served = ServeAsync($"HTTP/1.1 200 OK\r\nX-Large: {new string('x', 32 * 1024)}\r\n\r\n");
        var answer = await SendAsync(Inside, new OutboundPolicy(), Loopback);
        await served;

        Assert.Equal((null, WebhookErrors.Unreachable), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task An_unreachable_receiver_is_one_line_of_the_log_without_a_stack_trace()
    {
        var receiver = Inside;
        _inside.Stop();
        var log = new Lines();
        using var sender = new WebhookSender(Targets(new OutboundPolicy(), Loopback), TimeProvider.System, log);
        await sender.SendAsync(Request(receiver), CancellationToken.None);

        var (line, failure) = Assert.Single(log.Written);
        Assert.Null(failure);
        Assert.Equal("The receiver 127.0.0.1 of message msg_1 could not be reached: Connection refused", line);
    }

    private static async Task<WebhookAnswer> SendAsync(Uri url, OutboundPolicy policy, params IPNetwork[] networks)
    {
        using var sender = Sender(TimeProvider.System, policy, networks);
        return await sender.SendAsync(Request(url), CancellationToken.None);
    }

    private static WebhookSender Sender(TimeProvider clock, OutboundPolicy policy, params IPNetwork[] networks) => new(Targets(policy, networks), clock, NullLogger<WebhookSender>.Instance);

    private static WebhookTargets Targets(OutboundPolicy policy, params IPNetwork[] networks) => new(policy, Options.Create(new ApiOptions { WebhookNetworks = networks }));

    private static WebhookRequest Request(Uri url) => new(url, "msg_1", 1, "v1,AA==", "{}"u8.ToArray());

    /// <summary>Answers one request; what it was.</summary>
    private async Task<string> ServeAsync(string answer)
    {
        using var connection = await _inside.AcceptTcpClientAsync();
        var stream = connection.GetStream();
        var request = await ReadAsync(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return request;
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("{}"u8))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length));
            length += read > 0 ? read : throw new EndOfStreamException();
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private sealed class Lines : ILogger<WebhookSender>
    {
        public List<(string Line, Exception? Failure)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add((formatter(state, exception), exception));
    }
}
