using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.HttpsResources;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.HttpsResources;

/// <summary>A tenant's list of https hosts.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "IN-4")]
public sealed class HttpsHostBookTests(SharedCluster shared)
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Hosts_are_by_name_and_say_who_wrote_them()
    {
        var book = Given("b.example", "a.example");

        Assert.Equal(["a.example", "b.example"], book.Hosts.Select(entry => entry.Host));
        Assert.Equal(("/", HttpsHostRules.DefaultBytes, 1L, Now, "somebody"), (book.Hosts[1].PathPrefix, book.Hosts[1].MaxBytes, book.Hosts[1].Version, book.Hosts[1].ChangedAt, book.Hosts[1].ChangedBy));
        Assert.Equal(HttpsHostRules.DefaultTypes, book.Hosts[0].ContentTypes);
    }

    [Fact]
    public void A_change_names_the_version_that_it_changes()
    {
        var book = Given("a.example");

        Assert.Equal(ProblemCode.PreconditionFailed, Put(book, "a.example", null).Problem?.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, Put(book, "a.example", 2).Problem?.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, Put(book, "b.example", 1).Problem?.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, HttpsHostBook.Delete(book, "a.example", 2).Problem?.Code);
        Assert.Equal(ProblemCode.NotFound, HttpsHostBook.Delete(book, "b.example", 1).Problem?.Code);
        Assert.True(Put(book, "a.example", 1).Try(out var changed, out _));
        Assert.Equal(2, Assert.Single(changed.Hosts).Version);
    }

    [Fact]
    public void A_host_that_comes_back_has_a_version_that_nobody_has_seen()
    {
        Assert.True(HttpsHostBook.Delete(Given("a.example"), "a.example", 1).Try(out var gone, out _));
        Assert.True(Put(gone, "a.example", null).Try(out var back, out _));

        Assert.Equal(3, Assert.Single(back.Hosts).Version);
    }

    [Fact]
    public void There_are_a_hundred_hosts_at_most()
    {
        var full = Given([.. Enumerable.Range(0, HttpsHostRules.MaxHosts).Select(i => $"h{i}.example")]);

        Assert.Equal(ProblemCode.QuotaExceeded, Put(full, "more.example", null).Problem?.Code);
        Assert.Null(Put(full, "h0.example", 1).Problem);
    }

    [Fact]
    public void What_is_no_host_is_not_kept() => Assert.Equal(ProblemCode.InvalidParams, Put(new HttpsHostBookState(), "127.0.0.1", null).Problem?.Code);

    [Fact]
    public async Task A_list_outlives_its_activation_and_is_of_one_tenant()
    {
        var (mine, theirs) = (TenantId.New(), TenantId.New());
        var cluster = shared.Cluster;
        var book = cluster.For(mine).The<IHttpsHostBookGrain>();
        await book.PutAsync("a.example", new PutHttpsHost { PathPrefix = "/docs", MaxBytes = 7, ContentTypes = ["text/plain"] }, null, CallerOf(mine)).Value();
        await cluster.DeactivateAsync(book);

        var entry = Assert.Single(await cluster.For(mine).The<IHttpsHostBookGrain>().ListAsync());

        Assert.Equal(("a.example", "/docs", 7, "text/plain"), (entry.Host, entry.PathPrefix, entry.MaxBytes, Assert.Single(entry.ContentTypes)));
        Assert.Empty(await cluster.For(theirs).The<IHttpsHostBookGrain>().ListAsync());
    }

    private static HttpsHostBookState Given(params string[] hosts) =>
        hosts.Aggregate(new HttpsHostBookState(), (book, host) => Put(book, host, null).Try(out var next, out _) ? next : throw new InvalidOperationException(host));

    private static Result<HttpsHostBookState> Put(HttpsHostBookState book, string host, long? expected) => HttpsHostBook.Put(book, host, new PutHttpsHost(), expected, "somebody", Now);
}
