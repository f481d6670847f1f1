import Testing

@testable import Sampler

@Suite struct RedactionTests {
  @Test(arguments: [
    (["python", "a.py", "--token=abc"], "python a.py --token=•••"),
    (["python", "a.py", "--hf-token", "abc", "-x"], "python a.py --hf-token ••• -x"),
    (["env", "WANDB_API_KEY=abc", "python"], "env WANDB_API_KEY=••• python"),
    (["env", "AWS_SECRET_ACCESS_KEY=a=b"], "env AWS_SECRET_ACCESS_KEY=•••"),
    (["x", "--password", "-v"], "x --password -v"),
    (["curl", "https://bob:pw@host/a:b@c"], "curl https://bob:•••@host/a:b@c"),
    (["curl", "https://host/?token=abc"], "curl https://host/?token=•••"),
    (["curl", "-H", "Authorization: Bearer abc"], "curl -H •••"),
    (["x", "--ssh-private-key=abc"], "x --ssh-private-key=•••"),
    (["x", "--auth", "abc"], "x --auth •••"), (["x", "--DB_PASSWD=abc"], "x --DB_PASSWD=•••"),
  ])
  func secretsAreBlankedOut(arguments: [String], line: String) {
    #expect(Redaction.line(arguments) == line)
  }

  @Test(arguments: [
    ["sh", "-c", "A=1 HF_TOKEN=abc python a.py"],
    ["sh", "-c", "source /a/long/path/\(String(repeating: "x", count: 80)) && HF_TOKEN=abc x"],
    ["sh", "-c", "login --password abc && run"], ["sh", "-c", "curl https://u:abc@h"],
    ["bash", "-c", "x\n--api-key=abc\n"],
  ])
  func secretsWithinAShellsLineAreBlankedOut(arguments: [String]) {
    #expect(!Redaction.line(arguments).contains("abc"))
  }

  @Test(arguments: [
    ["python", "a.py", "--tokenizer", "gpt2"], ["python", "a.py", "--max-tokens=512"],
    ["python", "a.py", "--author=me", "--key=1", "--keyboard", "us"], ["x", "http://host:80/a@b"],
    ["x", "a:b@c", "://"], ["x", "--tokenizer_name", "bert", "num_tokens=4"], [],
  ])
  func whatIsNoSecretStays(arguments: [String]) {
    #expect(Redaction.line(arguments) == arguments.joined(separator: " "))
  }
}
