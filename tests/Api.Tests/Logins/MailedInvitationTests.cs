using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Logins;

/// <summary>Invitations go to the address that is named, once, and nobody else learns of their link.</summary>
[Collection(ClockedTests.Name)]
public sealed partial class MailedInvitationTests(ClockedProduct product, Product plain)
{
    private readonly PlatformApplication _platform = product.Platform;

    [Fact, Trait("Control", "AU-11")]
    public async Task A_mailed_link_lets_in_once_and_is_told_to_nobody_else()
    {
        var (anna, address) = await GivenAsync();

        var invited = await anna.Invite(new { email = address });

        Assert.Equal((200, "sent"), (invited.Status, invited.Json.GetProperty("delivery").GetString()));
        Assert.False(invited.Json.TryGetProperty("secret", out _));
        var (mail, link) = Read(Assert.Single(MailsTo(address)));
        Assert.Equal((address, "no-reply@example.com", $"Invitation to {anna.Tenant}"), (Assert.Single(mail.To.Mailboxes).Address, Assert.Single(mail.From.Mailboxes).Address, mail.Subject));
        Assert.Equal((0, 0, 0), (mail.Cc.Count, mail.Bcc.Count, mail.Attachments.Count()));
        Assert.Equal(new Uri(_platform.ManagementUrl, $"/invitation?tenant={anna.Tenant}&user={anna.Name}"), new Uri(link.GetLeftPart(UriPartial.Query)));

        var secret = link.Fragment[1..];
        Assert.Equal(201, (await anna.Accept(secret)).Status);
        Assert.Equal(401, (await anna.Accept(secret)).Status);

        var told = Encoding.UTF8.GetString(await (await _platform.Manage(HttpMethod.Get, $"/v1/tenants/{anna.Tenant}/audit-events?pageSize=50")).Content.ReadAsByteArrayAsync());
        Assert.DoesNotContain(address, told, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AL-3")]
    public async Task The_trail_says_that_it_was_mailed_and_who_knows_the_address_finds_it()
    {
        var (anna, address) = await GivenAsync();
        await anna.Invite(new { email = address });

        var found = await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{anna.Tenant}/audit-events:lookUp", new { value = address });

        var target = Assert.Single(found.Json.GetProperty("items").EnumerateArray()).GetProperty("event").GetProperty("target").GetString();
        Assert.Equal($"{anna.Tenant}/{anna.Id} mailed to {found.Json.GetProperty("hmac").GetString()}", target);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_request_that_is_sent_again_mails_nothing_again()
    {
        var (anna, address) = await GivenAsync();
        var key = Guid.NewGuid().ToString("N");

        var first = await InviteAsync(anna, key, address);
        var again = await InviteAsync(anna, key, address);

        Assert.Equal((200, 200, "true"), (first.Status, again.Status, again.Header("Idempotency-Replayed")));
        Assert.Equal("sent", again.Json.GetProperty("delivery").GetString());
        Assert.False(again.Json.TryGetProperty("secret", out _));
        Assert.Single(MailsTo(address));
        var targets = (await _platform.AuditEvents(anna.Tenant!, 2)).Select(entry => entry.GetProperty("target").GetString()).ToArray();
        Assert.Equal($"{anna.Tenant}/{anna.Id}", targets[0]);
        Assert.StartsWith($"{anna.Tenant}/{anna.Id} mailed to ", targets[1], StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "AU-11")]
    [InlineData(SmtpMood.Stripped)]
    [InlineData(SmtpMood.Refusing)]
    public async Task What_the_mail_server_does_not_take_is_a_link_to_copy(SmtpMood mood)
    {
        var (anna, address) = await GivenAsync();
        product.Mail.Mood = mood;
        var invited = await anna.Invite(new { email = address });
        product.Mail.Mood = SmtpMood.Honest;

        Assert.Equal((200, "failed"), (invited.Status, invited.Json.GetProperty("delivery").GetString()));
        Assert.Equal(201, (await anna.Accept(invited.Json.GetProperty("secret").GetString()!)).Status);
        Assert.Empty(MailsTo(address));
    }

    [Fact]
    public async Task Without_an_address_nothing_is_mailed()
    {
        var (anna, _) = await GivenAsync();
        var before = product.Mail.Mails.Count;

        var invited = await anna.Invite();

        Assert.Equal("copy", invited.Json.GetProperty("delivery").GetString());
        Assert.Equal(before, product.Mail.Mails.Count);
        Assert.StartsWith("mcpi_", invited.Json.GetProperty("secret").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_server_it_is_a_link_to_copy()
    {
        var tenant = await plain.GivenTenant();
        var anna = new Person(plain.Platform, tenant.Slug, "anna", product.Clock);
        await plain.Platform.GivenUser(tenant.Slug, anna.Name, "user");

        var invited = await anna.Invite(new { email = "anna@example.com" });

        Assert.Equal("copy", invited.Json.GetProperty("delivery").GetString());
        Assert.StartsWith("mcpi_", invited.Json.GetProperty("secret").GetString(), StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "IN-6")]
    [InlineData("anna@example.com\r\nBcc: all@example.com")]
    [InlineData("anna@example.com>\r\nRCPT TO:<all@example.com")]
    [InlineData("anna@example.com,all@example.com")]
    [InlineData("Anna <anna@example.com>")]
    [InlineData("\"anna bcc\"@example.com")]
    [InlineData("anna@localhost")]
    [InlineData("")]
    public async Task What_is_no_address_makes_no_invitation(string address)
    {
        var (anna, _) = await GivenAsync();
        var kept = (await anna.Invite()).Json.GetProperty("secret").GetString()!;
        var before = product.Mail.Mails.Count;

        var refused = await anna.Invite(new { email = address });

        Assert.Equal((400, "email"), (refused.Status, Assert.Single(refused.Json.GetProperty("errors").EnumerateObject()).Name));
        Assert.Equal(before, product.Mail.Mails.Count);
        Assert.Equal(201, (await anna.Accept(kept)).Status);
    }

    [Fact, Trait("Control", "IN-8")]
    public async Task Nobodys_mailbox_is_filled()
    {
        var (anna, address) = await GivenAsync();

        var replies = new List<Reply>();
        for (var i = 0; i < 4; i++)
        {
            replies.Add(await anna.Invite(new { email = i % 2 == 0 ? address : address.ToUpperInvariant() }));
        }

        Assert.Equal([200, 200, 200, 429], replies.Select(reply => reply.Status));
        Assert.Equal(3, product.Mail.Mails.Count(mail => mail.To[0].Contains(address, StringComparison.OrdinalIgnoreCase)));
    }

    private async Task<(Person Anna, string Address)> GivenAsync()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = new Person(_platform, tenant.Slug, "p" + Guid.NewGuid().ToString("N")[..10], product.Clock);
        await _platform.GivenUser(tenant.Slug, anna.Name, "user");
        product.GivenAQuietMinute();
        return (anna, $"{anna.Name}@example.com");
    }

    private TakenMail[] MailsTo(string address) => [.. product.Mail.Mails.Where(mail => mail.To[0].Contains(address, StringComparison.Ordinal))];

    private static (MimeMessage Mail, Uri Link) Read(TakenMail taken)
    {
        var mail = MimeMessage.Load(new MemoryStream(Encoding.ASCII.GetBytes(taken.Data)));
        Assert.IsType<TextPart>(mail.Body);
        return (mail, new Uri(Link().Match(mail.TextBody!).Value));
    }

    private async Task<Reply> InviteAsync(Person person, string key, string email)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_platform.ManagementUrl, $"/v1/tenants/{person.Tenant}/principals/{person.Id}:issueInvitation")) { Content = JsonContent.Create(new { email }) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await Reply.ReadAsync(await _platform.Http.SendAsync(request));
    }

    [GeneratedRegex(@"http\S+#mcpi_\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
