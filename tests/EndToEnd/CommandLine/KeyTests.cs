using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px kv</c>: keys with values of any bytes, and exit codes that say what became of them. Each test has keys of its own.</summary>
[TestFixture]
public sealed class KeyTests() : SharedGroup(replicas: 1)
{
    [Test]
    [CancelAfter(120_000)]
    public async Task A_value_is_stored_and_read_as_it_is_and_is_missing_once_it_is_deleted(CancellationToken cancellation)
    {
        CommandResult put = await KvAsync(cancellation, "put", "colour", "green");
        CommandResult get = await KvAsync(cancellation, "get", "colour");
        CommandResult deleted = await KvAsync(cancellation, "delete", "colour");

        Assert.That((put.Succeeded().Output, put.Error), Is.EqualTo(("", "")));
        Assert.That((get.Succeeded().Output, get.Error), Is.EqualTo(("green", "")), "nothing is added");
        Assert.That((deleted.Succeeded().Output, deleted.Error), Is.EqualTo(("", "")));
        ErrorAssert.Failed(await KvAsync(cancellation, "get", "colour"), ExitCodes.NotFound, "PX1221", "'colour'", "nothing was changed");
        ErrorAssert.Failed(await KvAsync(cancellation, "delete", "colour"), ExitCodes.NotFound, "PX1221", "'colour'");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task What_is_appended_stands_behind_what_was_there(CancellationToken cancellation)
    {
        (await KvAsync(cancellation, "append", "journal", "one")).Succeeded();
        (await KvAsync(cancellation, "append", "journal", ", two")).Succeeded();

        Assert.That((await KvAsync(cancellation, "get", "journal")).Succeeded().Output, Is.EqualTo("one, two"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_compare_and_set_changes_only_what_is_as_expected(CancellationToken cancellation)
    {
        ErrorAssert.Failed(await KvAsync(cancellation, "cas", "owner", "ann", "--expect", "ben"), ExitCodes.NotFound, "PX1221", "'owner'");
        (await KvAsync(cancellation, "cas", "owner", "ann", "--absent")).Succeeded();
        ErrorAssert.Failed(await KvAsync(cancellation, "cas", "owner", "ben", "--absent"), ExitCodes.Rejected, "PX1222", "'owner' has the value 'ann'", "not applied");
        CommandResult mismatch = await KvAsync(cancellation, "cas", "owner", "ben", "--expect", "cat", "--json");
        ErrorAssert.Failed(mismatch, ExitCodes.Rejected, "PX1222", "'ann'");
        Assert.That(mismatch.Output, Is.EqualTo("""{"key":"owner","value":"ann"}""" + "\n"));
        (await KvAsync(cancellation, "cas", "owner", "", "--expect", "ann")).Succeeded();
        (await KvAsync(cancellation, "cas", "owner", "ben", "--expect", "")).Succeeded();

        Assert.That((await KvAsync(cancellation, "get", "owner")).Succeeded().Output, Is.EqualTo("ben"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Keys_and_values_are_any_bytes_in_hexadecimal(CancellationToken cancellation)
    {
        (await KvAsync(cancellation, "put", "--hex", "00ff", "0a00FE")).Succeeded();

        Assert.That((await KvAsync(cancellation, "get", "--hex", "00ff")).Succeeded().Output, Is.EqualTo("0a00fe\n"));
        Assert.That(await RawValueAsync(cancellation, "--hex", "00ff"), Is.EqualTo("0a00fe\n"u8.ToArray()), "a pipe and a file get the same");
        JsonElement json = (await KvAsync(cancellation, "get", "--hex", "00ff", "--json")).JsonLines().Single();
        Assert.That((json.Text("keyHex"), json.Text("valueHex")), Is.EqualTo(("00ff", "0a00fe")));
        CommandResult list = await KvAsync(cancellation, "list", "--hex", "--prefix", "00");
        Assert.That(list.Succeeded().Output, Is.EqualTo("00ff\t3\n"));
        Assert.That((await KvAsync(cancellation, "list", "--count", "1")).Succeeded().Output, Is.EqualTo("\\u0000\\xff\t3\n"), "it is the first of all");
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(120_000)]
    public async Task A_value_from_a_file_or_from_standard_input_comes_back_byte_for_byte(bool fromFile, CancellationToken cancellation)
    {
        using TestFolder folder = new();
        byte[] value = [.. Enumerable.Range(0, 3000).Select(number => (byte)number)];
        await File.WriteAllBytesAsync(folder.File("value"), value, cancellation);
        string key = $"bytes {fromFile}";

        CommandResult put = fromFile
            ? await KvAsync(cancellation, "put", key, "--file", folder.File("value"))
            : await PutAsync(key, value, cancellation);

        put.Succeeded();
        Assert.That(await RawValueAsync(cancellation, key), Is.EqualTo(value));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task The_longest_value_is_taken_and_one_byte_more_is_not(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        byte[] tooLong = new byte[Limits.Value + 1];
        Array.Fill(tooLong, (byte)'x');
        await File.WriteAllBytesAsync(folder.File("value"), tooLong, cancellation);

        (await PutAsync("longest", tooLong.AsMemory(1), cancellation)).Succeeded();
        ErrorAssert.Failed(await PutAsync("longer", tooLong, cancellation), ExitCodes.Usage, "PX1200", "1048576 bytes");
        ErrorAssert.Failed(await KvAsync(cancellation, "put", "longer", "--file", folder.File("value")), ExitCodes.Usage, "PX1200", "1048576 bytes");
        ErrorAssert.Failed(await KvAsync(cancellation, "append", "longest", "x"), ExitCodes.Rejected, "PX1205", "1048576 bytes");

        Assert.That((await RawValueAsync(cancellation, "longest")).Length, Is.EqualTo(Limits.Value));
        Assert.That((await KvAsync(cancellation, "list", "--prefix", "longe")).Succeeded().Output, Is.EqualTo("longest\t1048576\n"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task At_a_terminal_what_comes_behind_a_value_begins_a_line_of_its_own(CancellationToken cancellation)
    {
        (await KvAsync(cancellation, "put", "shown", "green")).Succeeded();
        const string script = "\"$1\" kv get shown --dir \"$2\"; echo end; sleep 60";

        await using Tmux terminal = await Tmux.StartAsync(Group.Environment, cancellation, "/bin/sh", "-c", script, "sh", Programs.Px, Group.Directory);

        await terminal.LineAsync("the end stands alone", line => line is "end", cancellation);
        Assert.That(await terminal.ScreenAsync(cancellation), Has.Some.EqualTo("green"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_file_that_is_not_there_is_named_and_nothing_is_sent(CancellationToken cancellation)
    {
        ErrorAssert.Failed(await KvAsync(cancellation, "put", "nothing", "--file", "/not there"), ExitCodes.Usage, "PX1219", "/not there", "nothing was sent");
        ErrorAssert.Failed(await KvAsync(cancellation, "get", "nothing"), ExitCodes.NotFound, "PX1221");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task An_empty_key_is_a_usage_error(CancellationToken cancellation)
    {
        ErrorAssert.Failed(await KvAsync(cancellation, "put", "", "green"), ExitCodes.Usage, "PX1200", "the key is empty", "nothing was done");
        ErrorAssert.Failed(await KvAsync(cancellation, "get", ""), ExitCodes.Usage, "PX1200", "the key is empty");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Keys_are_listed_in_order_however_many_pages_they_fill_and_a_part_says_how_to_go_on(CancellationToken cancellation)
    {
        string[] keys = [.. Enumerable.Range(0, 300).Select(number => $"page/{number:000}".PadRight(1000, '.'))];
        await using (ChatLogClient client = await ConnectAsync(cancellation))
            await Task.WhenAll(keys.Select(key => client.Keys.PutAsync(Encoding.UTF8.GetBytes(key), "12"u8.ToArray(), cancellation)));

        CommandResult all = await KvAsync(cancellation, "list", "--prefix", "page/");
        CommandResult first = await KvAsync(cancellation, "list", "--prefix", "page/", "--count", "298", "--json");
        CommandResult rest = await KvAsync(cancellation, "list", "--prefix", "page/", "--after", keys[297]);

        Assert.That(all.Succeeded().OutputLines, Is.EqualTo(keys.Select(key => $"{key}\t2")));
        Assert.That(all.Error, Is.Empty);
        Assert.That(first.JsonLines().Select(line => (line.Text("key"), line.Number("length"))), Is.EqualTo(keys[..298].Select(key => (key, 2L))));
        Assert.That(first.Error, Is.EqualTo($"there are more keys; px kv list --prefix 'page/' --after '{keys[297]}' goes on\n"));
        Assert.That(rest.Succeeded().OutputLines, Is.EqualTo(keys[298..].Select(key => $"{key}\t2")));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task No_key_and_no_value_gets_into_the_log_of_a_replica(CancellationToken cancellation)
    {
        (await KvAsync(cancellation, "put", "secret-key", "secret-value")).Succeeded();
        (await KvAsync(cancellation, "get", "secret-key")).Succeeded();
        (await KvAsync(cancellation, "cas", "secret-key", "secret-other", "--expect", "secret-value")).Succeeded();

        string[] logs = [.. Directory.EnumerateFiles(Group.Directory, "*.log"), .. Directory.EnumerateFiles(Group.Directory, "*.out")];
        Assert.That(logs, Is.Not.Empty);
        foreach (string log in logs)
            Assert.That((await Command.RunAsync("cat", [log], input: null, environment: null, cancellation)).Succeeded().Output, Does.Not.Contain("secret"));
    }

    [TestCase("get")]
    [TestCase("put")]
    [TestCase("delete")]
    [TestCase("append")]
    [TestCase("cas")]
    [TestCase("list")]
    [CancelAfter(120_000)]
    public async Task Each_of_them_helps_with_an_example(string verb, CancellationToken cancellation)
    {
        CommandResult help = await Command.PxAsync(cancellation, "kv", verb, "--help");

        Assert.That(help.Succeeded().OutputLines.Select(line => line.Trim()), Has.Some.StartsWith($"Example: px kv {verb} "));
        Assert.That(help.Error, Is.Empty);
    }

    private async Task<ChatLogClient> ConnectAsync(CancellationToken cancellation)
    {
        string[] addresses = [.. (await Group.ReplicasAsync(cancellation)).Select(replica => replica.Address)];
        return await ChatLogClient.ConnectAsync(new ClientOptions { Endpoints = addresses, RequestTimeout = Eventually.Patience }, cancellation);
    }

    private Task<CommandResult> KvAsync(CancellationToken cancellation, params string[] words) =>
        Group.PxAsync("", cancellation, ["kv", .. words, "--dir", Group.Directory]);

    private Task<CommandResult> PutAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        Command.RunAsync(Programs.Px, ["kv", "put", key, "--dir", Group.Directory], value, Group.Environment, cancellation);

    // Into a file, because what a command prints is taken for text here.
    private async Task<byte[]> RawValueAsync(CancellationToken cancellation, params string[] words)
    {
        using TestFolder folder = new();
        const string script = "px=$1; file=$2; shift 2; exec \"$px\" kv get \"$@\" >\"$file\"";
        (await Command.RunAsync(
            "/bin/sh", ["-c", script, "sh", Programs.Px, folder.File("value"), .. words, "--dir", Group.Directory], input: null, Group.Environment, cancellation)).Succeeded();
        return await File.ReadAllBytesAsync(folder.File("value"), cancellation);
    }
}
