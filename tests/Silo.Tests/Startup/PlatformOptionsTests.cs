using Microsoft.Extensions.Configuration;
using Platform.Hosting;
using Platform.Hosting.Startup;

namespace Platform.Silo.Tests.Startup;

/// <summary>What the section <c>Platform</c> says of names, proxies and browsers is checked before anything listens.</summary>
public sealed class PlatformOptionsTests
{
    [Theory, Trait("Control", "CF-2")]
    [InlineData("Domain", "mcp.example.com")]
    [InlineData("Domain", "localhost")]
    [InlineData("Domain", "")]
    [InlineData("Proxies", "10.0.0.5, 10.1.0.0/24,fd00::/64")]
    [InlineData("Proxies", "")]
    [InlineData("Urls:Public", "https://gate.example")]
    [InlineData("Urls:Public", "https://gate.example:8443/")]
    [InlineData("Urls:Public", "http://localhost:5080")]
    [InlineData("OAuth:AccessTokenMinutes", "1440")]
    [InlineData("OAuth:RefreshTokenDays", "90")]
    [InlineData("Files:Types", ".md=text/markdown,.svg=image/svg+xml")]
    [InlineData("Files:TenantBytes", "104857600")]
    [InlineData("Webhooks:Networks", "")]
    [InlineData("Webhooks:Networks", "127.0.0.1, 10.1.0.0/24,fd00::/64,::1")]
    [InlineData("Mail:Tls", "implicit")]
    [InlineData("Mail:Timeout", "00:00:09")]
    [InlineData("Alerts:Defaults:AuthFailuresPerMinute", "1")]
    [InlineData("Alerts:Defaults:ErrorRatePercentage", "0.5")]
    [InlineData("Alerts:Defaults:MemoryUsagePercentage", "100")]
    [InlineData("Telemetry:TenantLabels", "0")]
    [InlineData("Limits:RefusalsAtOnce", "100")]
    [InlineData("Limits:RefusalsPerMinute", "60")]
    [InlineData("Incidents:ResumeNeedsTwo", "always")]
    [InlineData("Security:Policy", "https://example.com/policy")]
    [InlineData("Security:PreferredLanguages", "en, pt-BR")]
    [InlineData("Incidents:ResumeRequestMinutes", "1440")]
    [InlineData("Tenants:DeletionGrace", "1.00:00:00")]
    [InlineData("Tenants:DeletionGrace", "365.00:00:00")]
    [InlineData("Audit:CheckpointMinutes", "60")]
    [InlineData("Audit:RetentionDays", "365")]
    [InlineData("Audit:Witness:File", "/mnt/other/witness.jsonl")]
    [InlineData("Audit:Witness:Url", "https://witness.example/checkpoints")]
    [InlineData("Audit:Witness:Url", "http://127.0.0.1:9000/")]
    [InlineData("Audit:Sinks:File:Path", "/var/log/mocopr/audit.jsonl")]
    [InlineData("Audit:Sinks:From", "now")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "tls://logs.example.com")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "tls://10.0.0.9:6515")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "tcp://127.0.0.1:601")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "udp://[::1]")]
    [InlineData("Audit:Sinks:Otlp:Endpoint", "https://collector.example.com:4317")]
    [InlineData("Telemetry:OtlpEndpoint", "https://collector.example.com:4317")]
    [InlineData("Telemetry:OtlpEndpoint", "http://localhost:4318")]
    [InlineData("Telemetry:OtlpEndpoint", "http://[::1]:4317")]
    [InlineData("Audit:Sinks:Otlp:Endpoint", "http://localhost:4318/v1/logs")]
    public void Good_values_pass(string key, string value) => Read(("Hosts:Allowed", "gate.example"), (key, value));

    [Theory, Trait("Control", "CF-2")]
    [InlineData("Domain", "MCP.example.com")]
    [InlineData("Domain", "example")]
    [InlineData("Domain", "*.example.com")]
    [InlineData("Domain", ".example.com")]
    [InlineData("Domain", "example.com.")]
    [InlineData("Domain", "example.com:443")]
    [InlineData("Domain", "https://example.com")]
    [InlineData("Domain", "10.0.0.1")]
    [InlineData("Proxies", "proxy.example.com")]
    [InlineData("Proxies", "0.0.0.0/0")]
    [InlineData("Proxies", "10.0.0.1/24")]
    [InlineData("Urls:Public", "gate.example")]
    [InlineData("Urls:Public", "http://gate.example")]
    [InlineData("Urls:Public", "https://GATE.example")]
    [InlineData("Urls:Public", "https://gate.example/mcp")]
    [InlineData("Urls:Public", "https://user@gate.example")]
    [InlineData("Urls:Public", "https://other.example")]
    [InlineData("Urls:Public", "https://gate.example:443")]
    [InlineData("Urls:Public", "ftp://gate.example")]
    [InlineData("OAuth:RefreshTokenDays", "91")]
    [InlineData("OAuth:RefreshTokenDays", "0")]
    [InlineData("Logins:PasswordRounds", "99999")]
    [InlineData("Logins:PasswordRounds", "0")]
    [InlineData("Logins:PasswordRounds", "10000001")]
    [InlineData("Logins:SecondFactor", "none")]
    [InlineData("Logins:SecondFactor", "Admins")]
    [InlineData("Logins:SecondFactor", "")]
    [InlineData("Files:TenantBytes", "0")]
    [InlineData("Files:MaxFiles", "100001")]
    [InlineData("Files:MaxFileBytes", "0")]
    [InlineData("Files:MaxFileBytes", "1073741825")]
    [InlineData("Files:Types", "")]
    [InlineData("Files:Types", ".MD=text/markdown")]
    [InlineData("Files:Types", ".md=text/markdown; charset=utf-8")]
    [InlineData("Files:Types", ".md=text/plain,.md=text/markdown")]
    [InlineData("Webhooks:Networks", "receiver.example")]
    [InlineData("Webhooks:Networks", "0.0.0.0/0")]
    [InlineData("Webhooks:Networks", "10.0.0.1/24")]
    [InlineData("Webhooks:Networks", "10.1/16")]
    [InlineData("Webhooks:Networks", "::ffff:10.0.0.0/120")]
    [InlineData("Mail:Host", "smtp.example.com:587")]
    [InlineData("Mail:Host", "smtps://smtp.example.com")]
    [InlineData("Mail:Port", "0")]
    [InlineData("Mail:Tls", "optional")]
    [InlineData("Mail:Tls", "none")]
    [InlineData("Mail:UserName", "platform")]
    [InlineData("Mail:Password", "in-clear")]
    [InlineData("Mail:From", "MoCoPr <no-reply@example.com>")]
    [InlineData("Mail:From", "no-reply@example.com\r\nBcc: all@example.com")]
    [InlineData("Mail:AuthorityFile", "missing.pem")]
    [InlineData("Mail:Timeout", "00:01:00")]
    [InlineData("Alerts:Defaults:AuthFailuresPerMinute", "0")]
    [InlineData("Alerts:Defaults:RateLimitViolationsPerMinute", "1000001")]
    [InlineData("Alerts:Defaults:ErrorRatePercentage", "0")]
    [InlineData("Alerts:Defaults:ErrorRatePercentage", "100.1")]
    [InlineData("Alerts:Defaults:LatencyP95Milliseconds", "-5")]
    [InlineData("Alerts:Defaults:RequestSizeP95Bytes", "1048577")]
    [InlineData("Alerts:Defaults:MemoryUsagePercentage", "101")]
    [InlineData("Telemetry:TenantLabels", "-1")]
    [InlineData("Limits:RefusalsAtOnce", "99")]
    [InlineData("Limits:RefusalsPerMinute", "59")]
    [InlineData("Telemetry:TenantLabels", "1001")]
    [InlineData("Incidents:ResumeNeedsTwo", "true")]
    [InlineData("Security:Contacts", "security@example.com")]
    [InlineData("Security:Contacts", "http://example.com/report")]
    [InlineData("Security:Contacts", "mailto:a@b.example\nExpires: 2999-01-01T00:00:00Z")]
    [InlineData("Security:Expires", "tomorrow")]
    [InlineData("Security:Policy", "http://example.com/policy")]
    [InlineData("Security:PreferredLanguages", "English please")]
    [InlineData("Incidents:ResumeNeedsTwo", "")]
    [InlineData("Incidents:ResumeRequestMinutes", "4")]
    [InlineData("Incidents:ResumeRequestMinutes", "1441")]
    [InlineData("Tenants:DeletionGrace", "23:59:59")]
    [InlineData("Tenants:DeletionGrace", "365.00:00:01")]
    [InlineData("Audit:CheckpointMinutes", "0")]
    [InlineData("Audit:RetentionDays", "1")]
    [InlineData("Audit:RetentionDays", "89")]
    [InlineData("Audit:RetentionDays", "3651")]
    [InlineData("Audit:CheckpointMinutes", "61")]
    [InlineData("Audit:Witness:File", "witness.jsonl")]
    [InlineData("Audit:Witness:File", "/mnt/other/")]
    [InlineData("Audit:Witness:Url", "http://witness.example/")]
    [InlineData("Audit:Witness:Url", "https://user:pass@witness.example/")]
    [InlineData("Audit:Witness:Networks", "10.0.0.1/24")]
    [InlineData("Audit:Sinks:From", "yesterday")]
    [InlineData("Audit:Sinks:File:Path", "audit.jsonl")]
    [InlineData("Audit:Sinks:File:Path", "/var/log/")]
    [InlineData("Audit:Sinks:File:MaxBytes", "1048575")]
    [InlineData("Audit:Sinks:File:MaxFiles", "1")]
    [InlineData("Audit:Sinks:File:Sync", "always")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "logs.example.com:6514")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "tcp://logs.example.com")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "udp://10.0.0.9")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "tls://user:pass@logs.example.com")]
    [InlineData("Audit:Sinks:Syslog:Endpoint", "https://logs.example.com")]
    [InlineData("Audit:Sinks:Syslog:Facility", "24")]
    [InlineData("Audit:Sinks:Syslog:AppName", "mo copr")]
    [InlineData("Audit:Sinks:Syslog:EnterpriseNumber", "0")]
    [InlineData("Audit:Sinks:Syslog:AuthorityFile", "authority.pem")]
    [InlineData("Audit:Sinks:Syslog:CertificateFile", "own.pem")]
    [InlineData("Audit:Sinks:Otlp:Endpoint", "http://collector.example.com:4317")]
    [InlineData("Telemetry:OtlpEndpoint", "http://collector.example.com:4317")]
    [InlineData("Telemetry:OtlpEndpoint", "http://127.0.0.1.example.com:4317")]
    [InlineData("Telemetry:OtlpEndpoint", "https://key@collector.example.com")]
    [InlineData("Telemetry:OtlpEndpoint", "https://collector.example.com/?api-key=x")]
    [InlineData("Telemetry:OtlpEndpoint", "file:///tmp/collector")]
    [InlineData("Telemetry:OtlpEndpoint", "collector")]
    [InlineData("Audit:Sinks:Otlp:Endpoint", "https://key@collector.example.com")]
    [InlineData("Audit:Sinks:Otlp:Endpoint", "collector")]
    [InlineData("Audit:Sinks:Otlp:Protocol", "thrift")]
    [InlineData("Audit:Sinks:Otlp:Headers", "api-key=in-clear")]
    [InlineData("Audit:Sinks:Kafka", "x")]
    public void Bad_values_stop_the_start_by_their_key(string key, string value)
    {
        var refused = Assert.Throws<StartupException>(() => Read(("Hosts:Allowed", "gate.example"), (key, value)));

        Assert.Contains($"Platform:{key}", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "CF-2")]
    [InlineData("smtp.example.com", "starttls")]
    [InlineData("192.0.2.25", "implicit")]
    [InlineData("localhost", "starttls")]
    [InlineData("127.0.0.1", "none")]
    [InlineData("::1", "none")]
    public void A_mail_server_is_spoken_to_over_TLS_or_on_this_machine(string host, string tls) =>
        Assert.Equal(host, Read(("Mail:Host", host), ("Mail:Tls", tls), ("Mail:From", "no-reply@example.com")).Mail.Host);

    [Theory, Trait("Control", "CF-2")]
    [InlineData("smtp.example.com")]
    [InlineData("localhost")]
    [InlineData("192.0.2.25")]
    public void Mail_leaves_this_machine_over_TLS_alone(string host) =>
        Assert.Contains("Platform:Mail:Tls is none", Assert.Throws<StartupException>(() => Read(("Mail:Host", host), ("Mail:Tls", "none"), ("Mail:From", "no-reply@example.com"))).Message, StringComparison.Ordinal);

    [Fact, Trait("Control", "CF-2")]
    public void All_that_is_wrong_with_the_mail_server_is_told_at_once()
    {
        var refused = Assert.Throws<StartupException>(() => Read(("Mail:Host", "SMTP.example.com"), ("Mail:Port", "70000"), ("Mail:Tls", "none"), ("Mail:UserName", "platform"), ("Mail:From", "nobody")));

        Assert.All(["Host is", "Port is", "Tls is none", "UserName and", "From is"], fault => Assert.Contains($"Platform:Mail:{fault}", refused.Message, StringComparison.Ordinal));
    }

    [Theory, Trait("Control", "AU-2")]
    [InlineData("0")]
    [InlineData("1441")]
    public void An_access_token_lives_a_day_at_most(string minutes) =>
        Assert.Contains("Platform:OAuth:AccessTokenMinutes", Assert.Throws<StartupException>(() => Read(("OAuth:AccessTokenMinutes", minutes))).Message, StringComparison.Ordinal);

    [Fact, Trait("Control", "AL-4")]
    public void A_witness_does_not_lie_beside_what_it_watches()
    {
        var refused = Assert.Throws<StartupException>(() => Read(("DataDirectory", "/srv/data"), ("Audit:Witness:File", "/srv/data/../data/witness.jsonl")));

        Assert.Contains("Platform:Audit:Witness:File", refused.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "TR-6")]
    public void A_host_of_the_platform_does_not_hide_a_tenant_under_the_domain()
    {
        var refused = Assert.Throws<StartupException>(() => Read(("Domain", "mcp.example"), ("Hosts:Allowed", "gate.example, acme.mcp.example")));

        Assert.Contains("Platform:Hosts:Allowed has 'acme.mcp.example'", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "TR-7")]
    [InlineData("AllowAnyOrigin")]
    [InlineData("Cors:AllowAnyOrigin")]
    public void Nothing_lets_every_origin_in(string key)
    {
        var refused = Assert.Throws<StartupException>(() => Read((key, "true")));

        Assert.Contains("is not a setting", refused.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AU-8")]
    public void By_default_a_password_costs_210_000_rounds_and_no_one_may_lower_that_below_100_000()
    {
        Assert.Equal(210_000, Read().Logins.PasswordRounds);
        Assert.Equal(100_000, Read(("Logins:PasswordRounds", "100000")).Logins.PasswordRounds);
        Assert.Contains("Platform:Logins:PasswordRounds is 99999; choose 100000 to 10000000.",
            Assert.Throws<StartupException>(() => Read(("Logins:PasswordRounds", "99999"))).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "TR-6")]
    public void By_default_no_proxy_is_believed_and_no_domain_is_served()
    {
        var options = Read();

        Assert.Equal(("", "", "http://127.0.0.1:5080"), (options.Proxies, options.Domain, options.Urls.PublicBase()));
    }

    [Theory, Trait("Control", "TR-1")]
    [InlineData("https://127.0.0.1:5443", "http://127.0.0.1:5081")]
    [InlineData("https://[::1]:5443", "https://127.0.0.1:5444")]
    [InlineData("https://0.0.0.0:443", "https://192.0.2.1:5444")]
    [InlineData("HTTPS://127.0.0.1:5443", "http://127.0.0.1:5081")]
    public void Https_is_served_on_any_address_with_a_certificate(string data, string management) =>
        Read(("Urls:Data", data), ("Urls:Management", management), ("Tls:CertificateFile", "server.pem"), ("Urls:Public", "https://gate.example"), ("Hosts:Allowed", "gate.example"));

    [Theory, Trait("Control", "TR-1")]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://192.0.2.1:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("HTTP://192.0.2.1:5080")]
    [InlineData(" http://192.0.2.1:5080")]
    [InlineData("http://localhost:5080")]
    [InlineData("https://mcp.example.com:443")]
    [InlineData("https://user@127.0.0.1:5080")]
    [InlineData("https://127.0.0.1:5080/mcp")]
    [InlineData("ftp://127.0.0.1:5080")]
    public void A_listener_that_would_be_read_beyond_this_machine_stops_the_start(string url)
    {
        var refused = Assert.Throws<StartupException>(() =>
            Read(("Urls:Data", url), ("Urls:Management", "https://127.0.0.1:5444"), ("Tls:CertificateFile", "server.pem"), ("Urls:Public", "https://gate.example"), ("Hosts:Allowed", "gate.example")));

        Assert.Contains("Platform:Urls:Data is", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "TR-1")]
    [InlineData("Urls:Data", "https://127.0.0.1:5443", "Platform:Tls:CertificateFile is empty")]
    [InlineData("Tls:CertificateFile", "server.pem", "no listener is https")]
    [InlineData("Tls:KeyFile", "server.key", "Platform:Tls:CertificateFile is empty")]
    [InlineData("Tls:Certificate", "secret", "is not a setting")]
    [InlineData("Urls:Management", "https://0.0.0.0:5444", "name one address")]
    [InlineData("Urls:Data", "https://192.0.2.1:5443", "Platform:Urls:Public")]
    public void Half_of_a_TLS_setting_stops_the_start(string key, string value, string said)
    {
        var refused = Assert.Throws<StartupException>(() => Read((key, value)));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "CF-2"), Trait("Control", "TR-1")]
    [InlineData("Mode", "Redis", "Platform:Cluster:Mode is 'Redis'")]
    [InlineData("Mode", "Embedded", "Platform:Cluster:ConnectionString is for")]
    [InlineData("ConnectionStringFile", "", "PostgreSql needs one of them")]
    [InlineData("ClusterId", "My Cluster", "Platform:Cluster:ClusterId is 'My Cluster'")]
    [InlineData("AdvertisedAddress", "0.0.0.0", "Platform:Cluster:AdvertisedAddress is '0.0.0.0'")]
    [InlineData("AdvertisedAddress", "silo-0", "Platform:Cluster:AdvertisedAddress is 'silo-0'")]
    [InlineData("AdvertisedAddress", "10.0.0.1", "Platform:Cluster:CertificateFile is empty, and other machines reach this silo at 10.0.0.1")]
    [InlineData("ListenAddress", "0.0.0.0", "Platform:Cluster:CertificateFile is empty")]
    [InlineData("ListenAddress", "any", "Platform:Cluster:ListenAddress is 'any'")]
    [InlineData("KeyFile", "silo.key", "go together")]
    [InlineData("Drain", "00:02:00", "Platform:Cluster:Drain is 00:02:00")]
    public void A_cluster_that_is_half_described_stops_the_start(string key, string value, string said)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Mode"] = "PostgreSql", ["ConnectionStringFile"] = "db", [key] = value };

        var refused = Assert.Throws<StartupException>(() => Read([.. settings.Select(setting => ($"Cluster:{setting.Key}", setting.Value))]));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_of_several_machines_has_certificates() => Read(
        ("Cluster:Mode", "PostgreSql"), ("Cluster:ConnectionStringFile", "db"), ("Cluster:AdvertisedAddress", "10.0.0.1"), ("Cluster:ListenAddress", "0.0.0.0"),
        ("Cluster:CertificateFile", "silo.pem"), ("Cluster:KeyFile", "silo.key"), ("Cluster:AuthorityFile", "authority.pem"), ("Files:Directory", "/shared/files"));

    [Theory, Trait("Control", "CF-2")]
    [InlineData("")]
    [InlineData("shared/files")]
    public void A_cluster_without_one_folder_for_files_stops_the_start(string directory) => Assert.Contains(
        "Platform:Files:Directory is ", Assert.Throws<StartupException>(() => Read(("Cluster:Mode", "PostgreSql"), ("Cluster:ConnectionStringFile", "db"), ("Files:Directory", directory))).Message, StringComparison.Ordinal);

    [Fact, Trait("Control", "CF-3")]
    public void A_connection_string_in_clear_stops_the_start_and_is_not_repeated()
    {
        var refused = Assert.Throws<StartupException>(() => Read(("Cluster:Mode", "PostgreSql"), ("Cluster:ConnectionString", "Host=db;Password=hunter2")));

        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_of_the_vault_is_for_the_local_one() => Assert.Contains(
        "Platform:Secrets:Directory", Assert.Throws<StartupException>(() => Read(("Secrets:Store", "KeyVault"), ("Secrets:VaultUri", "https://mine.vault.azure.net"), ("Secrets:Directory", "vault"))).Message, StringComparison.Ordinal);

    private static PlatformOptions Read(params (string Key, string Value)[] settings) => ValidatedOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{PlatformOptions.Section}:{setting.Key}", (string?)setting.Value))).Build(),
        PlatformOptions.Section,
        new PlatformOptionsValidator());
}
