using Microsoft.EntityFrameworkCore;
using Platform.Api.OAuth;

namespace Platform.Silo.OAuth;

/// <summary>
/// The OAuth records as one tenant sees them: every query, bulk updates included, carries the tenant of this scope, and every new row gets it. Without a tenant nothing can be
/// asked at all (AZ-4).
/// </summary>
internal sealed class OAuthDbContext(DbContextOptions<OAuthDbContext> options, OAuthTenant tenant) : DbContext(options)
{
    /// <summary>Longest client id: the URL of a metadata document.</summary>
    private const int MaxClientId = 2048;

    /// <summary>SQLite has one writer. Waiting here costs a task, waiting in SQLite a thread.</summary>
    private static readonly SemaphoreSlim Writing = new(1, 1);

    public DbSet<OAuthAuthorization> Authorizations => Set<OAuthAuthorization>();

    public DbSet<OAuthToken> Tokens => Set<OAuthToken>();

    private string Tenant => tenant.Id.ToString();

    /// <summary>In SQLite one bulk write at a time.</summary>
    public async Task<T> WriteAsync<T>(Func<Task<T>> write, CancellationToken cancel)
    {
        if (!Database.IsSqlite())
        {
            return await write();
        }

        await Writing.WaitAsync(cancel);
        try
        {
            return await write();
        }
        finally
        {
            Writing.Release();
        }
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Stamp();
        return WriteAsync(() => base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken), cancellationToken);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException("Write asynchronously.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.UseOpenIddict<OAuthApplication, OAuthAuthorization, OAuthScope, OAuthToken, string>();
        modelBuilder.Entity<OAuthApplication>().HasQueryFilter(row => row.Tenant == Tenant);
        modelBuilder.Entity<OAuthAuthorization>().HasQueryFilter(row => row.Tenant == Tenant);
        modelBuilder.Entity<OAuthToken>().HasQueryFilter(row => row.Tenant == Tenant);
        modelBuilder.Entity<OAuthScope>().HasQueryFilter(row => row.Tenant == Tenant);

        // Two tenants may know the same client: a metadata document's URL is its id everywhere.
        var application = modelBuilder.Entity<OAuthApplication>();
        application.Metadata.RemoveIndex(application.Metadata.GetIndexes().Single(index => index.Properties is [{ Name: nameof(OAuthApplication.ClientId) }]));
        application.HasIndex(nameof(OAuthApplication.Tenant), nameof(OAuthApplication.ClientId)).IsUnique();
        application.Property(row => row.ClientId).HasMaxLength(MaxClientId);
    }

    private void Stamp()
    {
        foreach (var entry in ChangeTracker.Entries<ITenantRow>())
        {
            if (entry.State == EntityState.Added)
            {
                entry.Entity.Tenant = Tenant;
            }
            else if (!string.Equals(entry.Entity.Tenant, Tenant, StringComparison.Ordinal))
            {
                throw new InvalidOperationException("A row of another tenant was about to be written.");
            }
        }
    }
}
