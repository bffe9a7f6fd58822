//! Step 5 of the tutorial: one call for every scheme. `httpget5 URL` writes the document.

fn main() -> std::process::ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: httpget5 URL");
        return std::process::ExitCode::from(2);
    };
    match read(&url) {
        Ok(_) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("httpget5: {}", error.chain());
            std::process::ExitCode::FAILURE
        }
    }
}

fn read(url: &str) -> landline::Result<u64> {
    let mut document = landline::open(url)?;
    Ok(std::io::copy(&mut document, &mut std::io::stdout())?)
}
